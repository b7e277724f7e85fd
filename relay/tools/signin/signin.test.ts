import { expect } from 'chai';
import type { Principal } from '../../access/principal.ts';
import type { Principal as Person } from '../../store/principal.ts';
import { checkArguments } from '../../mcp/arguments.ts';
import type { Provisioning, ProvisioningStatus } from '../../signin/provisioning.ts';
import type { ToolContext } from '../tool.ts';
import { signInTools } from './index.ts';

const alice: Principal = {
  key: 'alice',
  issuer: 'https://id.example.org',
  subject: '0001',
  username: 'alice',
  clientId: 'mcp-client',
  scopes: new Set(['openid']),
  expiresAt: 4_000_000_000,
};

const context = {} as ToolContext;

describe('sign-in tools', () => {
  let status: ProvisioningStatus;
  let link: string | undefined;
  let revoked: { removed: boolean; everywhere: boolean };
  let asked: Person[];

  beforeEach(() => {
    status = { isProvisioned: false };
    link = 'https://gateway.example.org/oauth/connect?state=s';
    revoked = { removed: true, everywhere: true };
    asked = [];
  });

  function tools(principal: Principal | undefined = alice) {
    const answer = <T>(who: Person, value: T): Promise<T> => {
      asked.push(who);
      return Promise.resolve(value);
    };
    const provisioning: Provisioning = {
      status: (who) => answer(who, status),
      link: (who) => answer(who, link),
      revoke: (who) => answer(who, revoked),
    };
    return signInTools({ provisioning, principalOf: () => principal });
  }

  async function run(name: string, args = {}, principal?: Principal) {
    const tool = tools(principal).find((one) => one.name === name);
    if (tool === undefined) throw new Error(name);
    return (await tool.run(args, context)).data;
  }

  const allowed: ProvisioningStatus = {
    isProvisioned: true,
    flowType: 'offline_access',
    provisionedAt: '2026-01-01T00:00:00.000Z',
    clientId: 'gateway',
    scopes: ['notes:read'],
  };

  it('are the four that people know, for everybody who is recognised', () => {
    expect(tools().map(({ name, scopes }) => [name, scopes])).to.deep.equal([
      ['provision_nextcloud_access', []],
      ['revoke_nextcloud_access', []],
      ['check_provisioning_status', []],
      ['check_logged_in', []],
    ]);
  });

  it('take the person from the token and refuse to be told another', async () => {
    for (const tool of tools()) {
      for (const args of [{ user_id: 'bob' }, { user_id: null }]) {
        expect(() => checkArguments(tool.name, tool.inputSchema, args), tool.name).to.throw(
          'user_id',
        );
        const refusal = await tool.run(args, context).catch((error: unknown) => error);
        expect(refusal, tool.name).to.be.an('error');
      }
      expect(asked).to.deep.equal([]);
      await tool.run({}, context);
      expect(asked.every((who) => who === alice)).to.equal(true);
      asked.length = 0;
    }
  });

  it('do nothing where nobody is recognised', async () => {
    const nobody = signInTools({
      provisioning: {} as Provisioning,
      principalOf: () => undefined,
    });
    for (const tool of nobody) {
      const refusal = (await tool.run({}, context).catch((error: unknown) => error)) as Error;
      expect(refusal.message).to.contain('single user');
    }
  });

  it('provisioning gives a link, once', async () => {
    expect(await run('provision_nextcloud_access')).to.include({
      already_provisioned: false,
      authorization_url: link,
    });
    status = allowed;
    expect(await run('provision_nextcloud_access')).to.include({ already_provisioned: true });
    expect(await run('provision_nextcloud_access')).not.to.have.property('authorization_url');
  });

  it('provisioning says so when nothing has to be kept', async () => {
    link = undefined;
    expect(await run('provision_nextcloud_access')).to.include({ already_provisioned: true });
    expect(await run('check_logged_in')).to.deep.equal({ result: 'yes', user: 'alice' });
  });

  it('revoking is honest about what could not be done', async () => {
    expect((await run('revoke_nextcloud_access')).message).to.equal('Access was taken back.');
    revoked = { removed: true, everywhere: false };
    expect((await run('revoke_nextcloud_access')).message).to.contain('could not be confirmed');
    revoked = { removed: false, everywhere: false };
    expect((await run('revoke_nextcloud_access')).message).to.contain('nothing to take back');
  });

  it('the status tells what is kept', async () => {
    expect(await run('check_provisioning_status')).to.deep.equal({ is_provisioned: false });
    status = allowed;
    expect(await run('check_provisioning_status')).to.deep.equal({
      is_provisioned: true,
      flow_type: 'offline_access',
      provisioned_at: '2026-01-01T00:00:00.000Z',
      client_id: 'gateway',
      scopes: ['notes:read'],
    });
  });

  it('logged in or not', async () => {
    expect(await run('check_logged_in')).to.deep.equal({
      result: 'no',
      user: 'alice',
      authorization_url: link,
    });
    status = allowed;
    expect(await run('check_logged_in')).to.deep.equal({ result: 'yes', user: 'alice' });
  });
});
