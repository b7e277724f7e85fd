/** What the administrator allows at the front door (Flow 1). */
export interface FrontDoorPolicy {
  /** Client ids that may sign in; undefined: any the provider knows. */
  readonly allowedClients: ReadonlySet<string> | undefined;
  /** Exact redirect URIs allowed beside loopback ones, for hosted clients. */
  readonly redirectUris: ReadonlySet<string>;
  /** The MCP endpoint: what the token is to be for (RFC 8707). */
  readonly resource: string;
  /** Asked for when the client names none. */
  readonly defaultScopes: readonly string[];
}

export type Admission =
  | { readonly kind: 'forward'; readonly parameters: Readonly<Record<string, string>> }
  | {
      readonly kind: 'refused';
      readonly status: 400 | 401;
      /** RFC 6749 §4.1.2.1. */
      readonly error: string;
      readonly description: string;
    };

const KNOWN = [
  'response_type',
  'client_id',
  'redirect_uri',
  'state',
  'code_challenge',
  'code_challenge_method',
  'scope',
  'resource',
  'nonce',
  'prompt',
  'login_hint',
] as const;

const LOOPBACK = new Set(['localhost', '127.0.0.1', '[::1]']);

/**
 * Checks a client's authorization request and says what goes on to the provider: the client's own id, redirect, state
 * and challenge, so that the code comes back to the client and only the client can use it. Nothing is ever redirected
 * to an address from the request here; refusals are answered in place.
 */
export function admit(query: URLSearchParams, policy: FrontDoorPolicy): Admission {
  const twice = KNOWN.find((name) => query.getAll(name).length > 1);
  if (twice !== undefined) return invalid(`${twice} is there twice.`);
  const given = (name: (typeof KNOWN)[number]): string | undefined => query.get(name) || undefined;

  const clientId = given('client_id');
  const redirectUri = given('redirect_uri');
  const state = given('state');
  const challenge = given('code_challenge');
  if (clientId === undefined) return invalid('client_id is missing.');
  if (policy.allowedClients?.has(clientId) === false) {
    return refused(
      401,
      'unauthorized_client',
      'This client is not on the list of allowed clients.',
    );
  }
  if (redirectUri === undefined || !isAllowedRedirect(redirectUri, policy)) {
    return invalid('redirect_uri has to be a loopback address or one an administrator allowed.');
  }
  if (given('response_type') !== 'code') {
    return refused(400, 'unsupported_response_type', 'response_type has to be code.');
  }
  if (state === undefined) return invalid('state is missing.');
  if (given('code_challenge_method') !== 'S256')
    return invalid('code_challenge_method has to be S256.');
  if (challenge === undefined || !/^[A-Za-z0-9_-]{43}$/.test(challenge)) {
    return invalid('code_challenge is missing or no SHA-256 in base64url.');
  }
  const resource = given('resource') ?? policy.resource;
  if (resource.replace(/\/$/, '') !== policy.resource.replace(/\/$/, '')) {
    return refused(400, 'invalid_target', 'resource has to be this gateway’s MCP endpoint.');
  }
  const scopes = new Set(['openid', ...(given('scope')?.split(/ +/) ?? policy.defaultScopes)]);
  scopes.delete('');
  const optional = (['nonce', 'prompt', 'login_hint'] as const).flatMap((name) => {
    const value = given(name);
    return value === undefined ? [] : [[name, value] as const];
  });
  return {
    kind: 'forward',
    parameters: {
      response_type: 'code',
      client_id: clientId,
      redirect_uri: redirectUri,
      state,
      code_challenge: challenge,
      code_challenge_method: 'S256',
      scope: [...scopes].join(' '),
      resource: policy.resource,
      ...Object.fromEntries(optional),
    },
  };
}

/** Loopback by HTTP on any port (RFC 8252 §7.3), or exactly a listed one. */
function isAllowedRedirect(uri: string, { redirectUris }: FrontDoorPolicy): boolean {
  if (redirectUris.has(uri)) return true;
  const url = URL.parse(uri);
  return (
    url !== null &&
    url.protocol === 'http:' &&
    LOOPBACK.has(url.hostname) &&
    url.username === '' &&
    url.password === '' &&
    !uri.includes('#')
  );
}

function invalid(description: string): Admission {
  return refused(400, 'invalid_request', description);
}

function refused(status: 400 | 401, error: string, description: string): Admission {
  return { kind: 'refused', status, error, description };
}

/** The address to send a browser to. Parameters the endpoint's URL already has stay. */
export function authorizationUrl(
  endpoint: string,
  parameters: Readonly<Record<string, string>>,
): string {
  const url = new URL(endpoint);
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}
