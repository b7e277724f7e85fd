import { stopwatch } from '../metrics/metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { HttpClient } from './http.ts';
import { TransportFailure } from './transport-failure.ts';

/** The same client, whose requests are counted. A stream counts as answered when it begins. */
export function measuredHttp(http: HttpClient, metrics: Metrics): HttpClient {
  async function measured<T extends { readonly status: number }>(
    method: string,
    answer: Promise<T>,
  ): Promise<T> {
    const seconds = stopwatch();
    try {
      const received = await answer;
      metrics.nextcloudRequest(method, String(received.status), seconds());
      return received;
    } catch (error) {
      const reason = error instanceof TransportFailure ? error.kind : 'failed';
      metrics.nextcloudRequest(method, reason, seconds());
      throw error;
    }
  }
  return {
    send: (request) => measured(request.method, http.send(request)),
    sendStreaming: (request) => measured(request.method, http.sendStreaming(request)),
    close: () => {
      http.close();
    },
  };
}
