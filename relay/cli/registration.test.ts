import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { readConfig } from '../config.ts';
import { composeSignInDependencies } from '../dependencies.ts';
import { silentLogger } from '../log.ts';
import { startIdentityProvider } from '../signin/identity-provider.fixture.ts';
import type { IdentityProvider } from '../signin/identity-provider.fixture.ts';
import { ranWith } from './ran.fixture.ts';

const GATEWAY = 'http://localhost:8000';

describe('registration delete', () => {
  let folder: string;
  let idp: IdentityProvider;
  let environment: Record<string, string>;

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'registration-'));
    idp = await startIdentityProvider(`${GATEWAY}/oauth/callback`);
    environment = {
      NEXTCLOUD_HOST: 'http://127.0.0.1:9',
      NEXTCLOUD_MCP_SERVER_URL: GATEWAY,
      OIDC_ISSUER: idp.issuer,
      TOKEN_STORAGE_DB: join(folder, 'gateway.db'),
      TOKEN_ENCRYPTION_KEY: randomBytes(32).toString('base64'),
    };
  });
  afterEach(async () => {
    await idp.close();
    rmSync(folder, { recursive: true });
  });

  /** As the first sign-in does. */
  async function register(): Promise<string> {
    const config = readConfig({ environment, flags: {}, readFile: () => '' });
    if (config.signIn === undefined) throw new Error('nobody signs in');
    const gateway = await composeSignInDependencies({
      config,
      signIn: config.signIn,
      log: silentLogger,
    });
    try {
      const client = await gateway.signIn?.registration?.current();
      return client?.clientId ?? '';
    } finally {
      await gateway.close();
    }
  }

  it('gives the client back at the provider, forgets it here, and writes it into the audit log', async () => {
    const id = await register();
    expect(await register()).to.equal(id);
    const { code, out } = await ranWith(environment, ['registration', 'delete']);
    expect([code, out.startsWith('Given back.')]).to.eql([0, true]);
    const [deleted] = idp.requests.filter(({ path }) => path.startsWith('/reg/'));
    expect(deleted?.path).to.equal(`/reg/${id}`);
    expect((await ranWith(environment, ['audit', 'list'])).out).to.contain('registration.deleted');
    expect(await ranWith(environment, ['registration', 'delete'])).to.include({ code: 1 });
    expect(await register()).to.not.equal(id);
  });

  it('was registered with the configured token, and with scopes at Nextcloud’s own provider only', async () => {
    environment = { ...environment, OIDC_INITIAL_ACCESS_TOKEN: 'for-one-client' };
    await register();
    environment = {
      ...environment,
      NEXTCLOUD_HOST: idp.issuer,
      NEXTCLOUD_MCP_SERVER_URL: 'http://localhost:8001', // another address, another registration
      OIDC_DISCOVERY_URL: idp.discoveryUrl,
    };
    await register();
    const [outside, nextclouds] = idp.requests.filter(({ path }) => path === '/reg');
    expect(outside?.headers.authorization).to.equal('Bearer for-one-client');
    const sent = (reached: typeof outside): string => [...(reached?.form.keys() ?? [])].join();
    expect(sent(outside)).to.contain('"redirect_uris"').and.not.to.contain('"scope"');
    expect(sent(nextclouds)).to.contain('"scope":"openid offline_access"');
  });

  it('leaves a client alone that an administrator made', async () => {
    await register();
    const made = { ...environment, OIDC_CLIENT_ID: 'gateway', OIDC_CLIENT_SECRET: 'x' };
    const { code, err } = await ranWith(made, ['registration', 'delete']);
    expect([code, err.includes('OIDC_CLIENT_ID')]).to.eql([2, true]);
    expect(idp.requests.some(({ path }) => path.startsWith('/reg/'))).to.equal(false);
  });
});
