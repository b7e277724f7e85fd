import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { PRODUCT } from '../version.ts';
import type { Metrics } from './metrics.ts';

/** What a Prometheus server reads: text, and its media type. */
export interface MetricsPage {
  readonly contentType: string;
  readonly text: string;
}

export interface PrometheusMetrics extends Metrics {
  page(): Promise<MetricsPage>;
}

/** Seconds; a call mostly takes what Nextcloud takes. */
const SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];

/**
 * Counts for Prometheus (text format 0.0.4), with the usual figures of the process. Durations carry fewer labels than
 * counts: a histogram is a dozen series for each combination.
 */
export function prometheusMetrics(): PrometheusMetrics {
  const registers = [new Registry()];
  const [registry] = registers as [Registry];
  collectDefaultMetrics({ register: registry });
  const build = new Gauge({
    name: 'mcp_build_info',
    help: 'Always 1; the version is its label.',
    labelNames: ['version'],
    registers,
  });
  build.set({ version: PRODUCT.version }, 1);
  const counter = <Name extends string>(name: string, help: string, labelNames: readonly Name[]) =>
    new Counter({ name, help, labelNames, registers });
  const histogram = <Name extends string>(name: string, help: string, labelNames: Name[]) =>
    new Histogram({ name, help, labelNames, registers, buckets: SECONDS });

  const requests = counter('mcp_http_requests_total', 'Answered HTTP requests.', [
    'route',
    'method',
    'status',
  ]);
  const requestSeconds = histogram(
    'mcp_http_request_duration_seconds',
    'Time until an HTTP request was answered whole.',
    ['route'],
  );
  const calls = counter('mcp_tool_calls_total', 'Tool calls by how they ended.', [
    'tool',
    'outcome',
  ]);
  const callSeconds = histogram('mcp_tool_duration_seconds', 'Time of tool calls.', ['outcome']);
  const upstream = counter(
    'mcp_nextcloud_requests_total',
    'Requests to Nextcloud by status, or by why there was no answer.',
    ['method', 'outcome'],
  );
  const upstreamSeconds = histogram(
    'mcp_nextcloud_request_duration_seconds',
    'Time of requests to Nextcloud.',
    ['method'],
  );
  const tokens = counter('mcp_token_checks_total', 'Access tokens by what was found.', ['result']);

  return {
    httpRequest(route, method, status, seconds) {
      requests.inc({ route, method, status });
      requestSeconds.observe({ route }, seconds);
    },
    toolCall(tool, outcome, seconds) {
      calls.inc({ tool, outcome });
      callSeconds.observe({ outcome }, seconds);
    },
    nextcloudRequest(method, outcome, seconds) {
      upstream.inc({ method, outcome });
      upstreamSeconds.observe({ method }, seconds);
    },
    tokenCheck(result) {
      tokens.inc({ result });
    },
    async page() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
