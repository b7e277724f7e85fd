const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT', 'SEARCH']);

/** Safe to repeat: the method only reads (RFC 9110 section 9.2.1, RFC 4918, RFC 3253, RFC 5323). */
export function isSafe(method: string): boolean {
  return SAFE.has(method);
}
