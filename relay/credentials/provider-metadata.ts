import { RelayError } from '../errors.ts';

/** What we use of an identity provider (OpenID Connect Discovery 1.0, RFC 8414). */
export interface ProviderMetadata {
  /** As the document says it; tokens and authorization responses carry it. */
  readonly issuer: string;
  /** The issuer by its names inside and outside, where they differ. */
  readonly issuers: ReadonlySet<string>;
  /** For browsers: under the public name. */
  readonly authorizationEndpoint: string;
  readonly tokenEndpoint: string;
  readonly jwksUri: string;
  readonly registrationEndpoint: string | undefined;
  readonly revocationEndpoint: string | undefined;
  readonly introspectionEndpoint: string | undefined;
  readonly tokenEndpointAuthMethods: readonly string[] | undefined;
  readonly grantTypes: readonly string[] | undefined;
  readonly pkceMethods: readonly string[] | undefined;
  readonly scopes: readonly string[] | undefined;
  /** Authorization responses carry `iss` (RFC 9207), so one without it is a forgery. */
  readonly issInResponses: boolean;
}

export interface ProviderNames {
  /** Where the document lies, as this process reaches it. */
  readonly discoveryUrl: string;
  /** The `issuer` the document has to have, when it is not the discovery URL's own. */
  readonly issuer?: string | undefined;
  /** The issuer as browsers reach it, in a network that has two names for it. */
  readonly publicIssuer?: string | undefined;
  /** As configured, in place of what the document says. */
  readonly jwksUri?: string | undefined;
  readonly introspectionUri?: string | undefined;
}

const SUFFIX = /\/\.well-known\/(?:openid-configuration|oauth-authorization-server)\/?$/;

/**
 * Reads a discovery document.
 *
 * @throws RelayError `upstream_error` when it is not one of this issuer
 */
export function readProviderMetadata(
  document: Readonly<Record<string, unknown>>,
  names: ProviderNames,
): ProviderMetadata {
  const inner = names.discoveryUrl.replace(SUFFIX, '');
  const outer = names.publicIssuer?.replace(/\/$/, '');
  const issuer = text(document, 'issuer');
  const expected = [names.issuer ?? inner, ...(outer === undefined ? [] : [outer])];
  if (issuer === undefined || !expected.some((one) => same(one, issuer))) throw foreign(issuer);

  const toInner = (url: string): string => renamed(url, outer, inner);
  const toOuter = (url: string): string => (outer === undefined ? url : renamed(url, inner, outer));
  const required = (name: string): string => text(document, name) ?? missing(name);
  const optional = (name: string): string | undefined => {
    const url = text(document, name);
    return url === undefined ? undefined : toInner(url);
  };
  return {
    issuer,
    issuers: new Set([issuer, ...(outer === undefined ? [] : [names.publicIssuer ?? outer])]),
    authorizationEndpoint: toOuter(required('authorization_endpoint')),
    tokenEndpoint: toInner(required('token_endpoint')),
    jwksUri: names.jwksUri ?? toInner(required('jwks_uri')),
    registrationEndpoint: optional('registration_endpoint'),
    revocationEndpoint: optional('revocation_endpoint'),
    introspectionEndpoint: names.introspectionUri ?? optional('introspection_endpoint'),
    tokenEndpointAuthMethods: list(document, 'token_endpoint_auth_methods_supported'),
    grantTypes: list(document, 'grant_types_supported'),
    pkceMethods: list(document, 'code_challenge_methods_supported'),
    scopes: list(document, 'scopes_supported'),
    issInResponses: document.authorization_response_iss_parameter_supported === true,
  };
}

/** One trailing slash more or less is the same issuer to those who type it; tokens are compared exactly. */
function same(one: string, other: string): boolean {
  return one.replace(/\/$/, '') === other.replace(/\/$/, '');
}

/** The same place under the other name: whole base first, else only the origin. */
function renamed(url: string, from: string | undefined, to: string): string {
  if (from === undefined) return url;
  if (url === from || url.startsWith(`${from}/`)) return to + url.slice(from.length);
  const source = URL.parse(from)?.origin;
  const target = URL.parse(to)?.origin;
  if (source === undefined || target === undefined || URL.parse(url)?.origin !== source) return url;
  return target + url.slice(source.length);
}

function text(document: Readonly<Record<string, unknown>>, name: string): string | undefined {
  const value = document[name];
  return typeof value === 'string' && value !== '' ? value : undefined;
}

function list(
  document: Readonly<Record<string, unknown>>,
  name: string,
): readonly string[] | undefined {
  const value = document[name];
  return Array.isArray(value)
    ? value.filter((item): item is string => typeof item === 'string')
    : undefined;
}

function missing(name: string): never {
  throw new RelayError('upstream_error', `The identity provider’s metadata lacks ${name}.`);
}

function foreign(issuer: string | undefined): RelayError {
  return new RelayError(
    'upstream_error',
    'The identity provider’s metadata names another issuer.',
    {
      hint: 'Set OIDC_ISSUER or NEXTCLOUD_PUBLIC_ISSUER_URL to the issuer it names, if that is right.',
      details: { issuer: issuer ?? 'none' },
    },
  );
}
