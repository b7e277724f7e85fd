import type { RequestHandler } from 'express';
import { stopwatch } from '../../metrics/metrics.ts';
import type { Metrics } from '../../metrics/metrics.ts';

/** First parts of paths that are ours; whatever else strangers ask for shares one name. */
const ROUTES = new Set(['mcp', 'health', 'oauth', 'user', 'tools', '.well-known', 'assets']);

/** Counts answered requests by route, method and status. */
export function requestMetrics(metrics: Metrics): RequestHandler {
  return (request, response, next) => {
    const seconds = stopwatch();
    const { path, method } = request;
    response.once('close', () => {
      metrics.httpRequest(routeOf(path), method, response.statusCode, seconds());
    });
    next();
  };
}

function routeOf(path: string): string {
  const first = path.split('/', 2)[1] ?? '';
  if (first === '') return '/';
  return ROUTES.has(first) ? `/${first}` : 'other';
}
