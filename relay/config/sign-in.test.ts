import { expect } from 'chai';
import { ConfigurationError, readConfig } from '../config.ts';
import type { Config } from '../config.ts';
import type { ProviderSignInConfig } from './sign-in.ts';

type Values = Record<string, string>;

const PEOPLE: Values = {
  NEXTCLOUD_HOST: 'https://cloud.example.org',
  OIDC_DISCOVERY_URL: 'https://id.example.org/realms/x/.well-known/openid-configuration',
  OIDC_CLIENT_ID: 'gateway',
  OIDC_CLIENT_SECRET: 'not-to-be-shown',
  NEXTCLOUD_MCP_SERVER_URL: 'https://mcp.example.org/',
};

function read(environment: Values): Config {
  return readConfig({ environment, flags: {}, readFile: () => '' });
}

function readProvider(environment: Values): ProviderSignInConfig {
  const { signIn } = read(environment);
  if (signIn?.mode !== 'provider') throw new Error('names no provider');
  return signIn;
}

function problems(environment: Values): string {
  try {
    read(environment);
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.message;
    throw thrown;
  }
  throw new Error('was accepted');
}

describe('the configuration where people sign in', () => {
  it('serves a single user as soon as user and password are given, and says what that leaves unused', () => {
    const config = read({ ...PEOPLE, NEXTCLOUD_USERNAME: 'alice', NEXTCLOUD_PASSWORD: 'x' });
    expect(config.signIn).to.equal(undefined);
    expect(config.nextcloud?.username).to.equal('alice');
    expect(config.notes.join()).to.contain('a single user is served: OIDC_DISCOVERY_URL');
  });

  it('chooses the way to Nextcloud by its switches', () => {
    expect(readProvider(PEOPLE).credential).to.equal('app-password');
    expect(readProvider({ ...PEOPLE, ENABLE_TOKEN_EXCHANGE: 'true' }).credential).to.equal(
      'token-exchange',
    );
    expect(readProvider({ ...PEOPLE, ENABLE_MULTI_AUDIENCE: '1' }).credential).to.equal(
      'multi-audience',
    );
    const both = { ...PEOPLE, ENABLE_MULTI_AUDIENCE: '1', ENABLE_TOKEN_EXCHANGE: '1' };
    expect(problems(both)).to.contain('exclude each other');
  });

  it('says that offline access needs tokens of the provider', () => {
    const offline = { ...PEOPLE, ENABLE_OFFLINE_ACCESS: 'true' };
    expect(read(offline).notes.join()).to.contain('by app passwords: ENABLE_OFFLINE_ACCESS');
    expect(read({ ...offline, ENABLE_TOKEN_EXCHANGE: 'true' }).notes).to.deep.equal([]);
  });

  it('derives the resource, allowed names and the audience for Nextcloud', () => {
    const { signIn, allowedHosts } = read(PEOPLE);
    expect(signIn).to.include({
      publicUrl: 'https://mcp.example.org',
      resource: 'https://mcp.example.org/mcp',
    });
    expect(readProvider(PEOPLE).nextcloudAudience).to.equal('nextcloud');
    expect(allowedHosts.has('mcp.example.org')).to.equal(true);
  });

  it('understands other names and misspelt ones, with a warning', () => {
    const {
      OIDC_DISCOVERY_URL: url = '',
      OIDC_CLIENT_ID: id = '',
      OIDC_CLIENT_SECRET: secret = '',
    } = PEOPLE;
    const environment = {
      NEXTCLOUD_HOST: 'https://cloud.example.org',
      OIDC_DISCOVERY_URI: url,
      NEXTCLOUD_OIDC_CLIENT_ID: id,
      NEXTCLOUD_OIDC_CLIENT_SECRET: secret,
      JWKS_URI: 'https://id.example.org/keys',
    };
    const signIn = readProvider(environment);
    expect(signIn.client).to.include({ id, secret });
    expect(signIn.provider).to.include({
      discoveryUrl: url,
      jwksUri: 'https://id.example.org/keys',
    });
    expect(read(environment).notes).to.include('OIDC_DISCOVERY_URI is read as OIDC_DISCOVERY_URL.');
  });

  it('registers itself with a token, which is of no use to a client that is there', () => {
    const { OIDC_CLIENT_ID: _id, OIDC_CLIENT_SECRET: _secret, ...unregistered } = PEOPLE;
    const token = { OIDC_INITIAL_ACCESS_TOKEN: 'for-one-client' };
    const signIn = readProvider({ ...unregistered, ENABLE_TOKEN_EXCHANGE: 'false', ...token });
    expect(signIn).to.deep.include({
      client: undefined,
      registration: {
        tokenType: undefined,
        initialAccessToken: 'for-one-client',
        scopes: undefined,
      },
    });
    expect(read({ ...PEOPLE, ...token }).notes.join()).to.include(
      'Without effect, because OIDC_CLIENT_ID names a client: OIDC_INITIAL_ACCESS_TOKEN',
    );
  });

  it('finds Nextcloud’s own provider below index.php, whose subject is the user id', () => {
    const signIn = readProvider({
      NEXTCLOUD_HOST: 'https://cloud.example.org',
      OIDC_CLIENT_ID: 'gateway',
    });
    expect(signIn.provider).to.include({
      discoveryUrl: 'https://cloud.example.org/index.php/.well-known/openid-configuration',
      issuer: 'https://cloud.example.org',
    });
    expect(signIn.userClaim).to.equal('sub');
    expect(signIn.registration.scopes).to.deep.equal(['openid', 'offline_access']);
    const outside = readProvider({
      NEXTCLOUD_HOST: 'http://nextcloud',
      NEXTCLOUD_PUBLIC_URL: 'https://cloud.example.org',
      OIDC_DISCOVERY_URL: 'https://cloud.example.org/.well-known/openid-configuration',
      OIDC_CLIENT_ID: 'gateway',
      NEXTCLOUD_MCP_SERVER_URL: 'https://mcp.example.org',
    });
    expect(outside.userClaim).to.equal('sub');
    expect(readProvider(PEOPLE).userClaim).to.equal('preferred_username');
  });

  it('keeps the slash at the end of an issuer, which is part of its name', () => {
    const signIn = readProvider({
      NEXTCLOUD_HOST: 'https://c.example',
      OIDC_ISSUER: 'https://id.example.org/',
    });
    expect(signIn.provider.issuer).to.equal('https://id.example.org/');
    expect(signIn.provider.discoveryUrl).to.equal(
      'https://id.example.org/.well-known/openid-configuration',
    );
  });

  it('takes prefixes of scopes with or without the slash that follows them', () => {
    const prefixes = 'https://mcp.example.org/ api://gateway';
    expect(
      readProvider({ ...PEOPLE, OIDC_SCOPE_PREFIXES: prefixes }).provider.scopePrefixes,
    ).to.deep.equal(['https://mcp.example.org', 'api://gateway']);
  });

  it('lets everybody sign in with their Nextcloud account when only the two addresses are given', () => {
    const own = {
      NEXTCLOUD_HOST: 'https://cloud.example.org',
      NEXTCLOUD_MCP_SERVER_URL: 'https://mcp.example.org',
    };
    const { signIn, nextcloud, notes } = read(own);
    expect(signIn).to.deep.include({
      mode: 'embedded',
      resource: 'https://mcp.example.org/mcp',
      oauth2App: undefined,
      grantSeconds: 90 * 86_400,
      sessionSeconds: 8 * 3600,
    });
    expect({ nextcloud, notes }).to.deep.equal({ nextcloud: undefined, notes: [] });
    expect(
      problems({ ...own, NEXTCLOUD_MCP_SERVER_URL: 'https://x.example.org/mcp-here' }),
    ).to.contain('NEXTCLOUD_MCP_SERVER_URL: has a path');
    expect(problems({ ...own, NEXTCLOUD_OAUTH2_CLIENT_ID: 'gateway' })).to.contain(
      'NEXTCLOUD_OAUTH2_CLIENT_SECRET: is missing',
    );
    expect(read({ ...own, ENABLE_TOKEN_EXCHANGE: 'true' }).notes.join()).to.contain(
      'Nextcloud account: ENABLE_TOKEN_EXCHANGE',
    );
  });

  it('needs the gateway’s address for that: with Nextcloud’s alone it asks for one or the other', () => {
    const text = problems({ NEXTCLOUD_HOST: 'https://cloud.example.org' });
    expect(text).to.contain('NEXTCLOUD_USERNAME').and.to.contain('NEXTCLOUD_MCP_SERVER_URL');
  });

  it('names everything that is missing or unsafe, and no secret', () => {
    const text = problems({
      OIDC_ISSUER: 'https://id.example.org',
      ENABLE_TOKEN_EXCHANGE: 'true',
      DATABASE_URL: 'postgres://gateway:very-secret@db/gateway',
      NEXTCLOUD_MCP_SERVER_URL: 'http://mcp.example.org',
    });
    for (const setting of [
      'NEXTCLOUD_HOST',
      'OIDC_CLIENT_ID',
      'TOKEN_ENCRYPTION_KEY',
      'NEXTCLOUD_MCP_SERVER_URL',
    ])
      expect(text).to.contain(`${setting}: `);
    expect(text).not.to.contain('very-secret');
  });

  it('takes plain HTTP for this machine and containers only', () => {
    for (const url of ['http://127.0.0.1:8000', 'http://[::1]:8000', 'http://gateway:8000'])
      expect(read({ ...PEOPLE, NEXTCLOUD_MCP_SERVER_URL: url }).signIn?.publicUrl).to.equal(url);
    for (const url of ['http://127.example.org', 'http://[2001:db8::1]', 'http://10.0.0.1'])
      expect(problems({ ...PEOPLE, NEXTCLOUD_MCP_SERVER_URL: url }), url).to.contain(
        'NEXTCLOUD_MCP_SERVER_URL: is plain HTTP',
      );
  });

  it('keeps its store in PostgreSQL or a file, and in no other database', () => {
    const text = problems({ ...PEOPLE, DATABASE_URL: 'mysql://gateway:hush@db/gateway' });
    expect(text).to.contain('DATABASE_URL: is not a PostgreSQL URL').and.not.to.contain('hush');
  });

  it('listens beyond this machine without a bearer token: people bring their own', () => {
    expect(read({ ...PEOPLE, HOST: '0.0.0.0' }).listen.host).to.equal('0.0.0.0');
    expect(read({ ...PEOPLE, MCP_BEARER_TOKEN: '0123456789abcdef' }).notes.join()).to.contain(
      'MCP_BEARER_TOKEN',
    );
  });
});
