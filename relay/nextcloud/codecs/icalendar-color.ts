import { RelayError } from '../../errors.ts';

/** Colours that a hexadecimal value is brought to: events name their colour in CSS words (RFC 7986 section 5.9). */
const NAMED: Readonly<Record<string, number>> = {
  black: 0x000000,
  blue: 0x0000ff,
  brown: 0xa52a2a,
  coral: 0xff7f50,
  crimson: 0xdc143c,
  darkgreen: 0x006400,
  darkorange: 0xff8c00,
  deeppink: 0xff1493,
  deepskyblue: 0x00bfff,
  dodgerblue: 0x1e90ff,
  firebrick: 0xb22222,
  forestgreen: 0x228b22,
  gold: 0xffd700,
  gray: 0x808080,
  green: 0x008000,
  hotpink: 0xff69b4,
  indigo: 0x4b0082,
  khaki: 0xf0e68c,
  lightblue: 0xadd8e6,
  lightgreen: 0x90ee90,
  lime: 0x00ff00,
  limegreen: 0x32cd32,
  magenta: 0xff00ff,
  maroon: 0x800000,
  mediumpurple: 0x9370db,
  navy: 0x000080,
  olive: 0x808000,
  orange: 0xffa500,
  orchid: 0xda70d6,
  pink: 0xffc0cb,
  plum: 0xdda0dd,
  purple: 0x800080,
  red: 0xff0000,
  royalblue: 0x4169e1,
  salmon: 0xfa8072,
  seagreen: 0x2e8b57,
  silver: 0xc0c0c0,
  skyblue: 0x87ceeb,
  slateblue: 0x6a5acd,
  steelblue: 0x4682b4,
  tan: 0xd2b48c,
  teal: 0x008080,
  tomato: 0xff6347,
  turquoise: 0x40e0d0,
  violet: 0xee82ee,
  white: 0xffffff,
  yellow: 0xffff00,
  yellowgreen: 0x9acd32,
};

/** The CSS colour name for a name or `#RRGGBB`. @throws RelayError `invalid_argument` */
export function colorName(color: string): string {
  const plain = color.trim().toLowerCase();
  if (/^[a-z]{3,24}$/.test(plain)) return plain;
  const hex = /^#?([0-9a-f]{6})(?:[0-9a-f]{2})?$/.exec(plain)?.[1];
  if (hex === undefined) {
    throw new RelayError('invalid_argument', `Not a colour: '${color}'.`, {
      hint: 'Use a CSS colour name like tomato, or #RRGGBB.',
    });
  }
  const wanted = Number.parseInt(hex, 16);
  const [nearest] = Object.entries(NAMED).sort(
    ([, a], [, b]) => distance(a, wanted) - distance(b, wanted),
  );
  return nearest?.[0] ?? 'black';
}

function distance(a: number, b: number): number {
  return [16, 8, 0].reduce(
    (sum, shift) => sum + (((a >> shift) & 255) - ((b >> shift) & 255)) ** 2,
    0,
  );
}
