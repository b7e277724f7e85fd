/** As much of `fetch` as the access rooms need; the composition root decides about proxies and authorities. */
export type FetchLike = (
  url: string,
  init: {
    readonly method: 'GET' | 'POST';
    readonly headers: Readonly<Record<string, string>>;
    readonly body?: string;
    /** Where a trusted address sends us is not trusted. */
    readonly redirect: 'error';
    readonly signal: AbortSignal;
  },
) => Promise<{ readonly status: number; text(): Promise<string> }>;

const LONGEST_ANSWER = 1_000_000;

/** A JSON object answered with 200, or an error that says what came instead (for the log). */
export async function fetchObject(
  fetch: FetchLike,
  url: string,
  init: Omit<Parameters<FetchLike>[1], 'redirect' | 'signal'>,
  timeoutMs: number,
): Promise<Readonly<Record<string, unknown>>> {
  const signal = AbortSignal.timeout(timeoutMs);
  const response = await fetch(url, { ...init, redirect: 'error', signal });
  if (response.status !== 200) throw new Error(`answered ${String(response.status)}`);
  const text = await response.text();
  if (text.length > LONGEST_ANSWER) throw new Error('answered too much');
  const value = JSON.parse(text) as unknown;
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Error('answered no JSON object');
  return value as Readonly<Record<string, unknown>>;
}
