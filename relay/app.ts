import express, { Router } from 'express';
import type { Express, RequestHandler } from 'express';
import type { Dependencies } from './dependencies.ts';
import { LOOPBACK_NAMES } from './config/hostnames.ts';
import { accessLog } from './http/middleware/access-log.ts';
import { admitted } from './http/middleware/admitted.ts';
import { allowedClients } from './http/middleware/allowed-clients.ts';
import { audience } from './http/middleware/audience.ts';
import { bearer } from './http/middleware/bearer.ts';
import { hostCheck } from './http/middleware/host-check.ts';
import { jsonBody, jsonBodyErrors } from './http/middleware/json-body.ts';
import { lastResort, notFound } from './http/middleware/last-resort.ts';
import { originCheck } from './http/middleware/origin-check.ts';
import { prebuiltToolsList } from './http/middleware/prebuilt-tools-list.ts';
import { principal } from './http/middleware/principal.ts';
import { proxyTrust } from './http/middleware/proxy-trust.ts';
import { rateLimitAddress } from './http/middleware/rate-limit-address.ts';
import { rateLimitPrincipal } from './http/middleware/rate-limit-principal.ts';
import { requestId } from './http/middleware/request-id.ts';
import { requestMetrics } from './http/middleware/request-metrics.ts';
import { standingConsent } from './http/middleware/standing-consent.ts';
import { staticBearer } from './http/middleware/static-bearer.ts';
import { toolScopes } from './http/middleware/tool-scopes.ts';
import { verifiedToken } from './http/middleware/verified-token.ts';
import { health } from './http/routes/health.ts';
import { mcpEndpoint } from './http/routes/mcp.ts';
import { metadataUrl, wellKnown } from './http/routes/well-known.ts';
import { pageRoutes } from './http/page-routes.ts';
import { sessionsOf, signInRoutes } from './http/sign-in-routes.ts';
import { proxyList } from './config/trusted-proxies.ts';

export interface App {
  readonly express: Express;
  /** Ends open streams; in-flight calls should be done by then. */
  close(): Promise<void>;
}

/** The whole HTTP side, in the order a request meets it. */
export function createApp(dependencies: Dependencies): App {
  const { config, log, metrics, catalogue, mcp, signIn } = dependencies;
  const { handler, route } = mcpEndpoint(mcp, log);
  const origins = { hostnames: new Set(LOOPBACK_NAMES), origins: config.allowedOrigins };
  const callers = signIn === undefined ? oneUser(dependencies) : people(dependencies, signIn);

  const app = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.use(requestId()); // first: whatever happens next can be found again
  app.use(accessLog(log)); // before the checks, so that refusals are logged too
  app.use(requestMetrics(metrics)); // and counted
  app.use(proxyTrust(app, proxyList(signIn?.config.proxies ?? []))); // before whoever looks at an address
  app.use(
    '/health',
    health(() => dependencies.ready()),
  ); // probes come by address, without a known Host or a token
  app.use(hostCheck(config.allowedHosts)); // a rebound name stops here, whatever it asks for
  use(app, '/', callers.pages); // for pages of any origin, and for browsers that withhold theirs
  app.use(originCheck(origins)); // a foreign page stops here
  use(app, '/', callers.ownPages); // what they change asks for the Origin, or for a token of their own
  const endpoint = Router(); // its checks, in one place, so that other paths pass by
  app.use('/mcp', endpoint);
  use(endpoint, '/', callers.recognised); // before the body: strangers' bodies are not read
  endpoint.use(jsonBody(config.limits.body));
  endpoint.use(jsonBodyErrors(config.limits.body)); // right behind the parser whose errors it words
  use(endpoint, '/', callers.mayCall); // looks into the body
  endpoint.post('/', prebuiltToolsList({ handler, catalogue, session: mcp.session }));
  endpoint.all('/', route);
  app.use(notFound());
  app.use(lastResort(log)); // last: nothing leaves unworded
  return { express: app, close: () => handler.close() };
}

function use(app: Router, path: string, handlers: readonly RequestHandler[]): void {
  for (const handler of handlers) app.use(path, handler);
}

/** What depends on who may call, in its four places. */
interface Callers {
  readonly pages: RequestHandler[];
  readonly ownPages: RequestHandler[];
  readonly recognised: RequestHandler[];
  readonly mayCall: RequestHandler[];
}

function oneUser(dependencies: Dependencies): Callers {
  return {
    pages: [],
    ownPages: [pageRoutes(dependencies, undefined)],
    recognised: [staticBearer(dependencies.config.bearerToken)],
    mayCall: [],
  };
}

function people(dependencies: Dependencies, signIn: NonNullable<Dependencies['signIn']>): Callers {
  const { log, metrics } = dependencies;
  const sessions = sessionsOf(signIn);
  const { config, authority, rule, checkAudience: check, scopes, standing } = signIn;
  const { resource, allowedClients: allowed, ratePerMinute } = config;
  const { scopeSpelling: spelling } = signIn;
  const toBeginWith = (): readonly string[] =>
    config.defaultScopes ?? authority.known(scopes.initial);
  const challenges = {
    metadataUrl: metadataUrl(resource),
    get initialScopes() {
      // our own consent page lets people choose from all; others give what is asked for, or refuse it
      return signIn.front.kind === 'embedded' ? [] : toBeginWith();
    },
    spelling,
  };
  const limit = (perMinute: number) => ({ burst: perMinute, perMinute, now: Date.now });
  const perAddress = rateLimitAddress(limit(ratePerMinute.address));
  const described = {
    resource,
    name: 'Nextcloud',
    scopes: () => scopes.all,
    spelling,
    get authorizationServers() {
      return authority.issuers();
    },
  };
  const frontDoor = {
    allowedClients: allowed,
    redirectUris: config.allowedRedirects,
    resource,
    get defaultScopes() {
      return toBeginWith();
    },
  };
  return {
    pages: [
      wellKnown(described),
      perAddress, // what strangers may cost, from here on
      ...signInRoutes(dependencies, signIn, sessions, frontDoor),
      pageRoutes(dependencies, sessions), // forms of theirs carry a token
    ],
    ownPages: [],
    recognised: [
      bearer({ challenges, log }),
      verifiedToken({ verify: (token) => authority.verify(token), challenges, log, metrics }), // signature, issuer, time, type
      audience({ rule, check, challenges, log }), // issued for us, not merely genuine
      allowedClients({ allowed, log }),
      ...(standing === undefined ? [] : [standingConsent({ standing, challenges, log })]), // not taken back
      principal(), // from here on there is somebody
      admitted({ permits: signIn.admission.permits, log }),
    ],
    mayCall: [
      rateLimitPrincipal(limit(ratePerMinute.principal)), // a batch costs as much as its messages
      toolScopes({ index: scopes.index, challenges, log }), // everything the call needs in one challenge
    ],
  };
}
