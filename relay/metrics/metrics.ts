/** Told what happens, to be counted; the default counts nothing. Labels come from short lists, never from callers. */
export interface Metrics {
  /** An answered HTTP request. `route`: the first part of its path, or `other`. */
  httpRequest(route: string, method: string, status: number, seconds: number): void;
  toolCall(tool: string, outcome: 'ok' | 'refused' | 'failed', seconds: number): void;
  /** One request to Nextcloud, repeats counted one by one. `outcome`: its status, or why there was none. */
  nextcloudRequest(method: string, outcome: string, seconds: number): void;
  /** An access token was looked at. `result`: `ok`, or the reason of the refusal. */
  tokenCheck(result: string): void;
}

export const noMetrics: Metrics = {
  httpRequest: () => undefined,
  toolCall: () => undefined,
  nextcloudRequest: () => undefined,
  tokenCheck: () => undefined,
};

/** Seconds since then. */
export function stopwatch(now: () => number = () => performance.now()): () => number {
  const start = now();
  return () => (now() - start) / 1000;
}
