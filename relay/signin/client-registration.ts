import type { OAuthClient } from '../credentials/client-authentication.ts';
import type { ProviderAnswer, ProviderHttp } from '../credentials/provider-http.ts';
import type { ProviderMetadata } from '../credentials/provider-metadata.ts';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { cleanMessage } from '../nextcloud/server-message.ts';
import type {
  RegisteredClient,
  RegisteredClients,
  StoredClient,
} from '../store/registered-clients.ts';

/** The gateway's own identity at the provider. */
export interface GatewayClient {
  current(): Promise<OAuthClient>;
  /** Gives a dynamic registration back (RFC 7592). False for a configured client, or when there was none. */
  forget(): Promise<boolean>;
}

/** A client an administrator registered. */
export function configuredClient(client: OAuthClient): GatewayClient {
  return { current: () => Promise.resolve(client), forget: () => Promise.resolve(false) };
}

export interface RegistrationOptions {
  readonly http: ProviderHttp;
  readonly metadata: () => Promise<ProviderMetadata>;
  readonly clients: RegisteredClients;
  readonly clientName: string;
  readonly redirectUri: string;
  /** Further ones, e.g. of the login to our own pages. */
  readonly otherRedirectUris?: readonly string[];
  readonly grantTypes: readonly string[];
  /**
   * Unset, the client may use whatever the provider gives by default. Keycloak takes all its default scopes (and with
   * them the audiences) from a client that names some; Nextcloud's `oidc` app wants them named.
   */
  readonly scopes?: readonly string[] | undefined;
  /** Members one provider knows and others refuse, e.g. `token_type` of Nextcloud's `oidc` app. */
  readonly extra?: Readonly<Record<string, unknown>>;
  /** Where registration is not open to everybody (RFC 7591 §3). */
  readonly initialAccessToken?: string | undefined;
  /** Epoch seconds. */
  readonly now: () => number;
  readonly log: Logger;
}

/** Renewed when this much of its life is left, and not later than a minute before its end. */
const RENEW_SHARE = 0.1;
const RENEW_SECONDS = 60;

/** Dynamic registration (RFC 7591), kept in the store for all replicas, renewed before it lapses. */
export function registeredClient(options: RegistrationOptions): GatewayClient {
  const { clients, now } = options;
  let known: StoredClient | undefined;
  let flight: Promise<OAuthClient> | undefined;

  async function settle(): Promise<OAuthClient> {
    const { issuer } = await options.metadata();
    const stored = await clients.find(issuer);
    if (stored !== undefined && !isLapsing(stored, now()) && fits(stored, options)) {
      known = stored;
      return clientOf(stored);
    }
    const fresh = await register(options);
    if (!(await clients.save(issuer, fresh, stored?.clientId))) {
      // another process was faster; one registration is enough
      await deregister(options, fresh);
      return settle();
    }
    options.log.info('registered at the identity provider', { issuer, client: fresh.clientId });
    // the one before is left to lapse: consents given to it are still good until then
    known = { ...fresh, createdAt: now() };
    return clientOf(fresh);
  }

  return {
    current() {
      if (known !== undefined && !isLapsing(known, now())) return Promise.resolve(clientOf(known));
      flight ??= settle().finally(() => (flight = undefined));
      return flight;
    },
    async forget() {
      known = undefined;
      const { issuer } = await options.metadata();
      const removed = await clients.remove(issuer);
      return removed !== undefined && (await deregister(options, removed));
    },
  };
}

function isLapsing({ createdAt, expiresAt }: StoredClient, now: number): boolean {
  if (expiresAt === undefined) return false;
  const margin = Math.max(RENEW_SECONDS, (expiresAt - createdAt) * RENEW_SHARE);
  return expiresAt - margin <= now;
}

/** After a change of our own address the old registration is of no use. */
function fits({ redirectUris }: StoredClient, options: RegistrationOptions): boolean {
  return redirectUrisOf(options).every((one) => redirectUris.includes(one));
}

function redirectUrisOf({ redirectUri, otherRedirectUris = [] }: RegistrationOptions): string[] {
  return [redirectUri, ...otherRedirectUris];
}

async function register(options: RegistrationOptions): Promise<RegisteredClient> {
  const { registrationEndpoint, tokenEndpointAuthMethods } = await options.metadata();
  if (registrationEndpoint === undefined) {
    throw new RelayError('configuration', 'The identity provider registers no clients by itself.', {
      hint: 'Register the gateway there and set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET.',
    });
  }
  const { initialAccessToken } = options;
  const answer = await options.http.send({
    method: 'POST',
    url: registrationEndpoint,
    json: {
      client_name: options.clientName,
      redirect_uris: redirectUrisOf(options),
      grant_types: options.grantTypes,
      response_types: ['code'],
      ...(options.scopes === undefined ? {} : { scope: options.scopes.join(' ') }),
      token_endpoint_auth_method: tokenEndpointAuthMethods?.includes('client_secret_basic')
        ? 'client_secret_basic'
        : 'client_secret_post',
      ...options.extra,
    },
    ...(initialAccessToken === undefined
      ? {}
      : { headers: { Authorization: `Bearer ${initialAccessToken}` } }),
  });
  return readRegistration(answer, options);
}

function readRegistration(answer: ProviderAnswer, options: RegistrationOptions): RegisteredClient {
  const { status, json } = answer;
  const clientId = text(json?.client_id);
  if ((status !== 200 && status !== 201) || clientId === undefined)
    throw notRegistered(answer, options.initialAccessToken !== undefined);
  const expiresAt = Number(json?.client_secret_expires_at ?? 0);
  return {
    clientId,
    clientSecret: sealedMethod(text(json?.client_secret), text(json?.token_endpoint_auth_method)),
    registrationToken: text(json?.registration_access_token),
    registrationUri: text(json?.registration_client_uri),
    redirectUris: redirectUrisOf(options),
    // RFC 7591 §3.2.1: 0 means that it does not expire
    ...(Number.isFinite(expiresAt) && expiresAt > 0 ? { expiresAt } : {}),
  };
}

/** RFC 7591 §3.2.2: the provider says why in `error` and `error_description`. */
function notRegistered({ status, json }: ProviderAnswer, hadToken: boolean): RelayError {
  const reasons = [json?.error, json?.error_description].flatMap((one) => text(one) ?? []);
  const why = cleanMessage(reasons.join(': '));
  const said = why === '' ? '' : ` (${why})`;
  const message = `The identity provider does not register the gateway${said}.`;
  return new RelayError('configuration', message, {
    hint: hintFor(status, hadToken),
    status,
    retryable: status >= 500 || status === 429,
  });
}

function hintFor(status: number, hadToken: boolean): string {
  if (hadToken && status === 401)
    return 'OIDC_INITIAL_ACCESS_TOKEN is wrong, expired or used up: set a new one.';
  const byHand = 'Register it there by hand and set OIDC_CLIENT_ID and OIDC_CLIENT_SECRET';
  return hadToken
    ? `${byHand}, or allow this registration there.`
    : `${byHand}, or set OIDC_INITIAL_ACCESS_TOKEN.`;
}

async function deregister(
  { http, log }: RegistrationOptions,
  client: RegisteredClient,
): Promise<boolean> {
  const { registrationUri, registrationToken } = client;
  if (registrationUri === undefined || registrationToken === undefined) return false;
  try {
    const headers = { Authorization: `Bearer ${registrationToken}` };
    const { status } = await http.send({ method: 'DELETE', url: registrationUri, headers });
    return status === 204 || status === 200;
  } catch (error) {
    log.warn('a client registration could not be given back', { cause: error });
    return false;
  }
}

/**
 * Secret and method are one fact to us and one column in the store. The provider's word counts: some answer with another
 * method than was asked for.
 */
function sealedMethod(secret: string | undefined, method: string | undefined): string | undefined {
  return secret === undefined
    ? undefined
    : `${method === 'client_secret_post' ? 'post' : 'basic'} ${secret}`;
}

function clientOf({ clientId, clientSecret }: RegisteredClient): OAuthClient {
  if (clientSecret === undefined) return { clientId, authentication: { kind: 'none' } };
  const [method, ...secret] = clientSecret.split(' ');
  const kind = method === 'post' ? 'client_secret_post' : 'client_secret_basic';
  return { clientId, authentication: { kind, secret: secret.join(' ') } };
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
