/** Stops before and after an operation; `secrets` went into it or came out of it. */
export type Halt = (place: string, secrets: readonly string[]) => Promise<void>;

type Methods = Record<string, unknown>;

/** The same object, whose methods halt before and after they run. `nameOf` names a call; undefined leaves it alone. */
export function stepped<T extends object>(
  target: T,
  nameOf: (method: string, args: readonly unknown[]) => string | undefined,
  halt: Halt,
): T {
  const wrapped: Methods = {};
  for (const [method, value] of Object.entries(target)) {
    wrapped[method] =
      typeof value === 'function' ? around(method, value.bind(target) as Call) : value;
  }
  return wrapped as T;

  function around(method: string, call: Call): Call {
    return async (...args) => {
      const name = nameOf(method, args);
      if (name === undefined) return call(...args);
      await halt(`before ${name}`, secretsIn(args));
      const result = await call(...args);
      await halt(`after ${name}`, secretsIn(result));
      return result;
    };
  }
}

type Call = (...args: unknown[]) => unknown;

/** Values that are not secret though they look like it. */
const OPEN_NAMES = new Set(['holder', 'key', 'kid', 'x', 'y']);
/** Codes, states, verifiers and tokens of both kinds; an address or a name has other characters or fewer. */
const SECRET_SHAPE = /^(?:Bearer |Basic )?([\w.+/=-]{24,})$/;

/** Every value in there that opens something. */
function secretsIn(value: unknown, name = ''): string[] {
  if (OPEN_NAMES.has(name)) return [];
  if (typeof value === 'string') {
    const [, secret] = SECRET_SHAPE.exec(value) ?? [];
    return secret === undefined ? [] : [secret];
  }
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => secretsIn(inner, key));
}
