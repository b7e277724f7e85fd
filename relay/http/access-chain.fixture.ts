import { createServer, request as httpRequest } from 'node:http';
import type { IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import express from 'express';
import { AccessTokens } from '../access/access-tokens.ts';
import { audienceRule } from '../access/audience.ts';
import { remoteKeys } from '../access/issuer-keys.ts';
import {
  CLIENT_ID,
  NEXTCLOUD,
  NOW,
  RESOURCE,
  ROOT,
  realFetch,
} from '../access/local-issuer.fixture.ts';
import type { LocalIssuer } from '../access/local-issuer.fixture.ts';
import { principalIn } from '../access/access-info.ts';
import type { AccessInfo } from '../access/access-info.ts';
import type { ScopeIndex } from '../access/needed-scopes.ts';
import { scopesSupported } from '../access/scopes.ts';
import { createLogger } from '../log.ts';
import { noMetrics } from '../metrics/metrics.ts';
import { accessLog } from './middleware/access-log.ts';
import { allowedClients } from './middleware/allowed-clients.ts';
import { audience } from './middleware/audience.ts';
import { bearer } from './middleware/bearer.ts';
import { jsonBody, jsonBodyErrors } from './middleware/json-body.ts';
import { lastResort } from './middleware/last-resort.ts';
import { originCheck } from './middleware/origin-check.ts';
import { principal } from './middleware/principal.ts';
import { proxyTrust } from './middleware/proxy-trust.ts';
import { rateLimitAddress } from './middleware/rate-limit-address.ts';
import { rateLimitPrincipal } from './middleware/rate-limit-principal.ts';
import { requestId } from './middleware/request-id.ts';
import { toolScopes } from './middleware/tool-scopes.ts';
import { verifiedToken } from './middleware/verified-token.ts';
import { principalOf } from './request-access.ts';
import { metadataUrl, wellKnown } from './routes/well-known.ts';
import { proxyList } from '../config/trusted-proxies.ts';

const TOOLS: Readonly<Record<string, readonly string[]>> = {
  get_note: ['notes:read'],
  import_file: ['tables:write', 'files:read'],
  status: [],
};
const INDEX: ScopeIndex = {
  tool: (name) => (Object.hasOwn(TOOLS, name) ? TOOLS[name] : undefined),
  resource: (uri) => (uri.startsWith('nc://Deck/') ? ['deck:read'] : undefined),
  prompt: (name) => (name === 'plan_my_week' ? ['calendar:read'] : undefined),
};

export interface ChainOptions {
  readonly allowed?: ReadonlySet<string>;
  readonly burst?: number;
  readonly addressBurst?: number;
  readonly proxies?: readonly string[];
  readonly dots?: boolean;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly challenge: string | undefined;
  readonly text: string;
}

export interface Chain {
  /** What got through, in order. */
  readonly reached: {
    readonly principal: unknown;
    readonly authInfo: unknown;
    readonly ip: string | undefined;
  }[];
  readonly log: string[];
  /** How the tokens were found, as counted. */
  readonly checks: string[];
  /** `headers` may hold lists, which are sent as several header lines. */
  send(sent: {
    readonly method?: string;
    readonly path?: string;
    readonly token?: string;
    readonly headers?: Readonly<Record<string, string | readonly string[]>>;
    readonly body?: unknown;
  }): Promise<Answer>;
  close(): Promise<void>;
}

/** The checks in the order the app has them, and a handler behind them that tells whether it was reached. */
export async function startChain(issuer: LocalIssuer, options: ChainOptions = {}): Promise<Chain> {
  const lines: string[] = [];
  const reached: Chain['reached'] = [];
  const checks: string[] = [];
  const metrics = { ...noMetrics, tokenCheck: (result: string) => void checks.push(result) };
  const log = createLogger({ write: (line) => void lines.push(line) });
  const now = (): number => NOW * 1000;
  const spelling = options.dots === true ? 'dot' : 'colon';
  const challenges = {
    metadataUrl: metadataUrl(RESOURCE),
    initialScopes: ['notes:read'],
    spelling,
  } as const;
  const tokens = new AccessTokens({
    issuers: [
      {
        issuer: issuer.issuer,
        keys: remoteKeys({ jwksUri: issuer.jwksUri, fetch: realFetch, now }),
        introspection: {
          url: issuer.introspectionUrl,
          clientId: CLIENT_ID,
          clientSecret: issuer.clientSecret,
          clientAuth: 'client_secret_basic',
        },
      },
    ],
    rules: { clockToleranceSeconds: 5, scopePrefixes: [] },
    fetch: realFetch,
    now,
  });
  const rule = audienceRule({
    resource: RESOURCE,
    root: ROOT,
    clientId: CLIENT_ID,
    nextcloud: [NEXTCLOUD],
  });

  const app = express();
  app.use(requestId());
  app.use(accessLog(log));
  app.use(proxyTrust(app, proxyList(options.proxies ?? [])));
  app.use(
    wellKnown({
      resource: RESOURCE,
      name: 'Nextcloud',
      authorizationServers: [issuer.issuer],
      scopes: () => scopesSupported(Object.values(TOOLS).map((scopes) => ({ scopes }))),
      spelling,
    }),
  );
  app.use(originCheck({ hostnames: new Set(['localhost']), origins: new Set() }));
  app.use('/mcp', rateLimitAddress({ burst: options.addressBurst ?? 1000, perMinute: 60, now }));
  app.use('/mcp', bearer({ challenges, log }));
  app.use(
    '/mcp',
    verifiedToken({ verify: (token) => tokens.verify(token), challenges, log, metrics }),
  );
  app.use('/mcp', audience({ rule, challenges, log }));
  app.use('/mcp', allowedClients({ allowed: options.allowed, log }));
  app.use('/mcp', principal());
  app.use('/mcp', jsonBody(10_000));
  app.use('/mcp', jsonBodyErrors(10_000));
  app.use('/mcp', rateLimitPrincipal({ burst: options.burst ?? 1000, perMinute: 60, now }));
  app.use('/mcp', toolScopes({ index: INDEX, challenges, log }));
  app.all('/mcp', (request, response) => {
    const { auth } = request as unknown as { auth?: AccessInfo };
    reached.push({ principal: principalOf(request), authInfo: principalIn(auth), ip: request.ip });
    response.json({ ok: true });
  });
  app.use(lastResort(log));

  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    reached,
    checks,
    log: lines,
    send({ method = 'POST', path = '/mcp', token, headers = {}, body }) {
      return new Promise((resolve, reject) => {
        const all = {
          'Content-Type': 'application/json',
          ...(token === undefined ? {} : { Authorization: `Bearer ${token}` }),
          ...headers,
        } as Record<string, string | string[]>;
        const outgoing = httpRequest(
          { port, host: '127.0.0.1', method, path, headers: all },
          (response) => {
            const chunks: Buffer[] = [];
            response.on('data', (chunk: Buffer) => chunks.push(chunk));
            response.on('end', () => {
              resolve({
                status: response.statusCode ?? 0,
                headers: response.headers,
                challenge: response.headers['www-authenticate'],
                text: Buffer.concat(chunks).toString('utf8'),
              });
            });
          },
        );
        outgoing.on('error', reject);
        outgoing.end(body === undefined ? undefined : JSON.stringify(body));
      });
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
