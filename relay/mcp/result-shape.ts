import type { ResultShape } from '../../openapi/index.ts';

export interface ShapeContext {
  /** Root of the links people open. */
  readonly publicUrl: string;
  /** Arguments of the call: a link may need the board a card was asked from. */
  readonly args: Readonly<Record<string, unknown>>;
}

/** One answer, or one item of a list, as clients see it: picked, without nulls, times as ISO 8601, with its link. */
export function shapeItem(item: unknown, shape: ResultShape, context: ShapeContext): unknown {
  if (!isObject(item)) return cleaned(item, shape);
  const shown = cleaned(shape.pick === undefined ? item : pick(item, shape.pick), shape) as Record<
    string,
    unknown
  >;
  const link = shape.url === undefined ? undefined : linkFor(shape.url, item, context);
  if (link === undefined) return shown;
  // A recipe's own `url` is where it came from; it stays.
  return { ...shown, [Object.hasOwn(shown, 'url') ? 'web_url' : 'url']: link };
}

function pick(
  item: Readonly<Record<string, unknown>>,
  names: readonly string[],
): Record<string, unknown> {
  return Object.fromEntries(
    names.filter((name) => Object.hasOwn(item, name)).map((name) => [name, item[name]]),
  );
}

function cleaned(value: unknown, shape: ResultShape): unknown {
  if (Array.isArray(value))
    return value.filter((inner) => inner !== null).map((inner) => cleaned(inner, shape));
  if (!isObject(value)) return value;
  const kept: Record<string, unknown> = {};
  for (const [name, inner] of Object.entries(value)) {
    if (inner === null || inner === undefined || shape.omit?.includes(name) === true) continue;
    const shown = shape.times?.includes(name) === true ? isoTime(inner) : cleaned(inner, shape);
    if (shown !== undefined) kept[name] = shown;
  }
  return kept;
}

/** Unix seconds as ISO 8601. Nextcloud writes 0 for "never" (a card that was not deleted): left out. */
function isoTime(value: unknown): unknown {
  const seconds = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value;
  if (typeof seconds !== 'number') return value;
  if (seconds === 0) return undefined;
  const time = new Date(seconds * 1000);
  return Number.isNaN(time.getTime()) ? value : time.toISOString().replace('.000Z', 'Z');
}

function linkFor(
  template: string,
  item: Readonly<Record<string, unknown>>,
  context: ShapeContext,
): string | undefined {
  const names = [...template.matchAll(/\{([^}]+)\}/g)].map(([, name = '']) => name);
  const values = new Map(names.map((name) => [name, item[name] ?? context.args[name]]));
  const known = [...values.values()].every((value) => ['string', 'number'].includes(typeof value));
  if (!known) return undefined;
  const path = template.replaceAll(/\{([^}]+)\}/g, (_, name: string) =>
    encodeURIComponent(String(values.get(name))),
  );
  return `${context.publicUrl}${path}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
