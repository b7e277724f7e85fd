import { openedStore } from '../../composition/opened-store.ts';
import type { Config } from '../../config.ts';
import { isLoopback } from '../../config/hostnames.ts';
import type {
  EmbeddedSignInConfig,
  ProviderSignInConfig,
  SignInConfig,
} from '../../config/sign-in.ts';
import { TOKEN_EXCHANGE_GRANT } from '../../credentials/token-exchange.ts';
import { discovery } from '../../credentials/discovery.ts';
import { providerHttp } from '../../credentials/provider-http.ts';
import { httpOptions } from '../../dependencies.ts';
import type { Logger } from '../../log.ts';
import { relayErrorOf } from '../../mcp/results.ts';
import { createHttpClient } from '../../nextcloud/http.ts';
import type { HttpClient } from '../../nextcloud/http.ts';
import { checkConnection } from './connection.ts';
import { fail, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** Looks at what a gateway for many people stands on. Signs nobody in, so it says nothing of apps and tools. */
export async function examineSignIn(
  config: Config,
  signIn: SignInConfig,
  log: Logger,
): Promise<Finding[]> {
  const http = createHttpClient(httpOptions(config));
  const { host } = signIn.nextcloud;
  const status = () => http.send({ method: 'GET', url: `${host}/status.php`, headers: {} });
  try {
    return [
      ...(await checkConnection(config, { host }, status, () => new Date())),
      checkOwnUrl(signIn.publicUrl),
      await checkStore(signIn, log),
      ...(signIn.mode === 'embedded'
        ? await checkLogin(signIn, http)
        : await checkProvider(config, signIn)),
    ];
  } finally {
    http.close();
  }
}

function checkOwnUrl(publicUrl: string): Finding {
  const { protocol, hostname } = new URL(publicUrl);
  if (protocol === 'https:') return ok('gateway', publicUrl);
  return isLoopback(hostname)
    ? warn(
        'gateway',
        `${publicUrl} is this machine only`,
        'For others set NEXTCLOUD_MCP_SERVER_URL to its https address.',
      )
    : warn('gateway', `${publicUrl} is plain HTTP`, 'Tokens travel readably: use https.');
}

async function checkStore({ store: where }: SignInConfig, log: Logger): Promise<Finding> {
  try {
    const store = await openedStore(where, log);
    await store.ping();
    await store.close();
    return ok('store', 'url' in where.location ? 'PostgreSQL answers' : where.location.file);
  } catch (thrown) {
    const error = relayErrorOf(thrown);
    return fail('store', error.message, error.hint);
  }
}

/** Starts a login, which Nextcloud forgets after 20 minutes: an administrator may have restricted who may do that. */
async function checkLogin(
  { nextcloud: { host }, oauth2App, publicUrl }: EmbeddedSignInConfig,
  http: HttpClient,
): Promise<Finding[]> {
  if (oauth2App !== undefined) return [await checkOauth2App(host, oauth2App, http)];
  const { status } = await http.send({
    method: 'POST',
    url: `${host}/index.php/login/v2`,
    headers: { 'User-Agent': 'MCP gateway (doctor)', Accept: 'application/json' },
  });
  if (status !== 200)
    return [
      fail(
        'login',
        `Login Flow v2 answers ${String(status)}`,
        "Look at 'core.login_flow_v2.allowed_user_agents' in Nextcloud.",
      ),
    ];
  return [
    ok('login', 'Login Flow v2 works'),
    warn(
      'login',
      'Login Flow v2 can be phished: somebody may be talked into granting a login that another began',
      `Better for several users: as administrator add an OAuth 2.0 client in Nextcloud (Administration settings → Security) with the redirect address ${publicUrl}/oauth/login/callback, and set NEXTCLOUD_OAUTH2_CLIENT_ID and NEXTCLOUD_OAUTH2_CLIENT_SECRET.`,
    ),
  ];
}

/** Nextcloud sends a client it knows on to the login and shows a page to others; only a login proves the secret. */
async function checkOauth2App(
  host: string,
  { id }: { readonly id: string },
  http: HttpClient,
): Promise<Finding> {
  const asked = new URLSearchParams({ response_type: 'code', client_id: id, state: 'doctor' });
  const { status } = await http.send({
    method: 'GET',
    url: `${host}/index.php/apps/oauth2/authorize?${asked.toString()}`,
    headers: {},
    redirects: 'answer',
  });
  if (status === 302 || status === 303)
    return ok('login', 'Nextcloud’s oauth2 app knows the gateway');
  return fail(
    'login',
    'Nextcloud’s oauth2 app does not know the gateway',
    'Check that the app is enabled, and NEXTCLOUD_OAUTH2_CLIENT_ID.',
  );
}

async function checkProvider(config: Config, signIn: ProviderSignInConfig): Promise<Finding[]> {
  const { provider, credential } = signIn;
  const trusted = [provider.discoveryUrl, provider.issuer, provider.publicIssuer].filter(
    (one) => one !== undefined,
  );
  const http = providerHttp({ ...httpOptions(config), trusted });
  try {
    const now = (): number => Math.floor(Date.now() / 1000);
    const pause = (): Promise<void> => Promise.resolve();
    const metadata = await discovery({ http, now, pause, tries: 1, ...provider })();
    const findings = [ok('identity provider', metadata.issuer)];
    if (metadata.pkceMethods?.includes('S256') === false)
      findings.push(
        warn('identity provider', 'does not say that it knows PKCE S256', 'MCP clients need it.'),
      );
    const exchanges = metadata.grantTypes?.includes(TOKEN_EXCHANGE_GRANT) ?? true;
    if (credential === 'token-exchange' && !exchanges)
      findings.push(
        fail(
          'token exchange',
          'the identity provider does not offer it',
          'Leave ENABLE_TOKEN_EXCHANGE out: people then connect their Nextcloud once.',
        ),
      );
    return findings;
  } catch (thrown) {
    const error = relayErrorOf(thrown);
    return [fail('identity provider', error.message, error.hint)];
  } finally {
    http.close();
  }
}
