import type { ConnectedClient } from '../../contract-tests/clients.ts';
import type { MeasuredGateway } from './scale-gateway.ts';
import type { CountingProxy, Traffic } from './scale-proxy.ts';

/** What a gateway may hold at once, whatever it is asked. */
export const MOST_MEGABYTES = 200;

/** Limits that do not depend on the machine. */
export interface Bounds {
  readonly requests: number;
  /** Downloaded bytes as a part of the collection that is searched. */
  readonly share?: { readonly of: string; readonly most: number };
  /** Downloaded bytes, where no share makes sense. */
  readonly bytesDown?: number;
}

export interface Measured extends Traffic {
  readonly label: string;
  readonly milliseconds: number;
  readonly peakMegabytes: number | undefined;
  /** Of the collection, 0 to 1. */
  readonly share: number | undefined;
  /** Bounds that do not hold; none is good. */
  readonly broken: readonly string[];
}

export interface Stage {
  readonly client: ConnectedClient;
  readonly gateway: MeasuredGateway;
  readonly proxy: CountingProxy;
  /** Bytes of each collection. */
  readonly sizes: Readonly<Record<string, number>>;
}

/** Runs one piece of work alone and holds what it took against its bounds. */
export async function measure(
  stage: Stage,
  label: string,
  bounds: Bounds,
  work: () => Promise<unknown>,
): Promise<Measured> {
  stage.gateway.resetPeak();
  stage.proxy.take();
  const began = performance.now();
  const wrong = await work().then(
    () => [],
    (error: unknown) => [`failed: ${error instanceof Error ? error.message : String(error)}`],
  );
  const milliseconds = Math.round(performance.now() - began);
  const taken = { ...stage.proxy.take(), peakMegabytes: stage.gateway.peakMegabytes() };
  const whole = bounds.share === undefined ? undefined : stage.sizes[bounds.share.of];
  const share = whole === undefined ? undefined : taken.bytesDown / whole;
  const broken = [...wrong, ...brokenBounds(bounds, { ...taken, share })];
  return { label, milliseconds, ...taken, share, broken };
}

type Taken = Pick<Measured, 'requests' | 'bytesDown' | 'peakMegabytes' | 'share'>;

/** In words, what is over its limit. */
export function brokenBounds(bounds: Bounds, taken: Taken): string[] {
  const { requests, bytesDown = Infinity, share } = bounds;
  const { peakMegabytes = 0 } = taken;
  return [
    ...(taken.requests > requests ? [`${taken.requests} requests, at most ${requests}`] : []),
    ...(taken.bytesDown > bytesDown ? [`${taken.bytesDown} bytes, at most ${bytesDown}`] : []),
    ...(share === undefined ? [] : brokenShare(share, taken.share)),
    ...(peakMegabytes >= MOST_MEGABYTES
      ? [`${peakMegabytes} MB of memory, at most ${MOST_MEGABYTES}`]
      : []),
  ];
}

function brokenShare(
  { of, most }: NonNullable<Bounds['share']>,
  share: number | undefined,
): string[] {
  if (share === undefined) return [`nobody knows how large the ${of} is`];
  const percent = (part: number): string => `${(part * 100).toFixed(1)} %`;
  return share > most ? [`${percent(share)} of the ${of}, at most ${percent(most)}`] : [];
}

const COLUMNS = ['requests', 'bytes up', 'bytes down', 'share', 'ms', 'peak MB'] as const;

/** One line of the printed table; without arguments its head. */
export function tableLine(row?: Measured): string {
  if (row === undefined) return line('', COLUMNS);
  const cells = [
    row.requests,
    row.bytesUp,
    row.bytesDown,
    row.share === undefined ? '' : `${(row.share * 100).toFixed(2)} %`,
    row.milliseconds,
    row.peakMegabytes ?? '?',
  ];
  const faults = row.broken.map((fault) => `\n    BROKEN  ${fault}`);
  return line(row.label, cells) + faults.join('');
}

function line(label: string, cells: readonly (string | number)[]): string {
  return label.padEnd(48) + cells.map((cell) => String(cell).padStart(12)).join('');
}
