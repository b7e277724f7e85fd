import express from 'express';
import type { Express } from 'express';
import type { Dependencies } from './dependencies.ts';
import { LOOPBACK_NAMES } from './config/hostnames.ts';
import { accessLog } from './http/middleware/access-log.ts';
import { hostCheck } from './http/middleware/host-check.ts';
import { jsonBody, jsonBodyErrors } from './http/middleware/json-body.ts';
import { lastResort, notFound } from './http/middleware/last-resort.ts';
import { originCheck } from './http/middleware/origin-check.ts';
import { prebuiltToolsList } from './http/middleware/prebuilt-tools-list.ts';
import { requestId } from './http/middleware/request-id.ts';
import { staticBearer } from './http/middleware/static-bearer.ts';
import { health } from './http/routes/health.ts';
import { mcpEndpoint } from './http/routes/mcp.ts';
import { startPage } from './web/start-page.ts';

export interface App {
  readonly express: Express;
  /** Ends open streams; in-flight calls should be done by then. */
  close(): Promise<void>;
}

/** The whole HTTP side, in the order a request meets it. */
export function createApp(dependencies: Dependencies): App {
  const { config, log, nextcloud, catalogue, session, mcp } = dependencies;
  const { handler, route } = mcpEndpoint(mcp, log);
  const origins = { hostnames: new Set(LOOPBACK_NAMES), origins: config.allowedOrigins };

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestId()); // first: whatever happens next can be found again
  app.use(accessLog(log)); // before the checks, so that refusals are logged too
  app.use('/health', health(nextcloud)); // probes come by address, without a known Host or a token
  app.use(hostCheck(config.allowedHosts)); // a rebound name stops here, whatever it asks for
  app.use(originCheck(origins)); // a foreign page stops here
  app.get('/', startPage(dependencies)); // says nothing that needs a token
  app.use('/mcp', staticBearer(config.bearerToken)); // before the body: strangers' bodies are not read
  app.use('/mcp', jsonBody(config.limits.body));
  app.use('/mcp', jsonBodyErrors(config.limits.body)); // right behind the parser whose errors it words
  app.post('/mcp', prebuiltToolsList({ handler, catalogue, session: () => session }));
  app.all('/mcp', route);
  app.use(notFound());
  app.use(lastResort(log)); // last: nothing leaves unworded
  return { express: app, close: () => handler.close() };
}
