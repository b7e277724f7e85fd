import { expect } from 'chai';
import { admit, authorizationUrl } from './front-door.ts';
import type { FrontDoorPolicy } from './front-door.ts';

const POLICY: FrontDoorPolicy = {
  allowedClients: new Set(['claude', 'editor']),
  redirectUris: new Set(['https://claude.example.org/callback']),
  resource: 'https://gateway.example.org/mcp',
  defaultScopes: ['notes:read'],
};

const GOOD = {
  response_type: 'code',
  client_id: 'claude',
  redirect_uri: 'http://localhost:4000/callback',
  state: 's',
  code_challenge: 'E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM',
  code_challenge_method: 'S256',
};

function knock(changes: Record<string, string | undefined>, policy = POLICY) {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries<string | undefined>({ ...GOOD, ...changes })) {
    if (value !== undefined) query.set(name, value);
  }
  return admit(query, policy);
}

describe('the front door', () => {
  it('forwards the client’s own words and adds what is missing', () => {
    expect(knock({})).to.deep.equal({
      kind: 'forward',
      parameters: {
        ...GOOD,
        scope: 'openid notes:read',
        resource: 'https://gateway.example.org/mcp',
      },
    });
  });

  it('forwards nothing it does not know', () => {
    const admission = knock({
      request_uri: 'https://evil.example.org',
      prompt: 'login',
      nonce: 'n',
    });
    const { parameters } = admission as { parameters: Record<string, string> };
    expect(parameters).to.include({ prompt: 'login', nonce: 'n' });
    expect(JSON.stringify(admission)).not.to.contain('evil');
  });

  const refusals: readonly [string, Record<string, string | undefined>, string][] = [
    ['no client', { client_id: undefined }, 'invalid_request'],
    ['a client that is not on the list', { client_id: 'stranger' }, 'unauthorized_client'],
    ['no redirect', { redirect_uri: undefined }, 'invalid_request'],
    [
      'a foreign redirect',
      { redirect_uri: 'https://evil.example.org/callback' },
      'invalid_request',
    ],
    [
      'a name that begins like loopback',
      { redirect_uri: 'http://localhost.evil.example.org/' },
      'invalid_request',
    ],
    [
      'a user name that looks like loopback',
      { redirect_uri: 'http://localhost:80@evil.example.org/' },
      'invalid_request',
    ],
    ['credentials in the redirect', { redirect_uri: 'http://a:b@localhost/' }, 'invalid_request'],
    ['a fragment in the redirect', { redirect_uri: 'http://localhost/#x' }, 'invalid_request'],
    ['a script as redirect', { redirect_uri: 'javascript:alert(1)' }, 'invalid_request'],
    [
      'a longer form of an allowed redirect',
      { redirect_uri: 'https://claude.example.org/callback/../x' },
      'invalid_request',
    ],
    ['an implicit flow', { response_type: 'token' }, 'unsupported_response_type'],
    ['no state', { state: undefined }, 'invalid_request'],
    ['no challenge', { code_challenge: undefined }, 'invalid_request'],
    ['a short challenge', { code_challenge: 'abc' }, 'invalid_request'],
    ['a plain challenge', { code_challenge_method: 'plain' }, 'invalid_request'],
    ['no challenge method', { code_challenge_method: undefined }, 'invalid_request'],
    ['another resource', { resource: 'https://cloud.example.org' }, 'invalid_target'],
  ];
  for (const [what, changes, error] of refusals) {
    it(`refuses ${what}`, () => {
      expect(knock(changes)).to.include({ kind: 'refused', error });
    });
  }

  it('refuses a parameter that is there twice', () => {
    const query = new URLSearchParams(GOOD);
    query.append('redirect_uri', 'https://evil.example.org');
    expect(admit(query, POLICY)).to.include({ kind: 'refused', error: 'invalid_request' });
  });

  it('lets loopback on any port and listed redirects in, and any client without a list', () => {
    for (const redirect_uri of [
      'http://127.0.0.1:1/cb',
      'http://[::1]:2/cb',
      'https://claude.example.org/callback',
    ]) {
      expect(knock({ redirect_uri }).kind, redirect_uri).to.equal('forward');
    }
    expect(knock({ client_id: 'anybody' }, { ...POLICY, allowedClients: undefined }).kind).to.equal(
      'forward',
    );
  });

  it('keeps what the provider’s address already has', () => {
    expect(authorizationUrl('https://id.example.org/a?tenant=1', { state: 'a b' })).to.equal(
      'https://id.example.org/a?tenant=1&state=a+b',
    );
  });
});
