/** The `meta` part of an OCS answer. */
export interface OcsMeta {
  readonly statuscode: number;
  readonly message: string;
}

export interface OcsEnvelope {
  readonly meta: OcsMeta;
  readonly data: unknown;
}

/** Reads `{ocs: {meta, data}}`; undefined when the value is something else. */
export function readEnvelope(value: unknown): OcsEnvelope | undefined {
  const ocs = property(value, 'ocs');
  const meta = property(ocs, 'meta');
  const statuscode = Number(property(meta, 'statuscode'));
  if (!Number.isInteger(statuscode)) return undefined;
  const message = property(meta, 'message');
  return {
    meta: { statuscode, message: typeof message === 'string' ? message : '' },
    data: property(ocs, 'data'),
  };
}

/**
 * The HTTP status an OCS code stands for. Under OCS v1 rules (`/ocs/v1.php`, and OCS controllers reached through
 * `/index.php`) the HTTP status is 200 whatever happened, so the code decides.
 */
export function statusOfOcs(statuscode: number): number {
  if (statuscode === 100) return 200;
  if (statuscode === 997) return 401;
  if (statuscode === 998) return 404;
  if (statuscode === 996 || statuscode === 999) return 500;
  return statuscode >= 200 && statuscode < 600 ? statuscode : 400;
}

function property(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null
    ? (value as Record<string, unknown>)[name]
    : undefined;
}
