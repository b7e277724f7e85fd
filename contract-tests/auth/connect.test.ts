import { expect } from 'chai';
import { rpc, startBed, toolCall } from './gateway.ts';
import type { Answer, Bed } from './gateway.ts';
import { ROOT } from './identity-provider.ts';

const READ = 'nc_notes_get_note';
const NOTE = { note_id: 1 };
const CAN_OPEN_LINKS = { elicitation: { url: {} } };

interface InputRequired {
  readonly resultType: string;
  readonly inputRequests: {
    readonly signin: { readonly params: { readonly url: string; readonly mode: string } };
  };
  readonly requestState: string;
}

/** Providers that cannot exchange: people connect their Nextcloud once, by its own login (Login Flow v2). */
describe('connecting a Nextcloud account', () => {
  let bed: Bed;
  let alice: string;
  let bob: string;

  beforeEach(async () => {
    bed = await startBed({});
    alice = await bed.idp.token();
    bob = await bed.idp.token({ person: 'bob' });
  });
  afterEach(() => bed.close());

  const modern = (
    token: string,
    params: object = {},
    capabilities: object = CAN_OPEN_LINKS,
  ): Promise<Answer> => bed.call(token, READ, NOTE, { era: 'modern', capabilities, params });

  const linkFor = async (token: string): Promise<string> => {
    const { result } = (await modern(token)).message;
    return (result as unknown as InputRequired).inputRequests.signin.params.url;
  };

  /** What a browser does with a link: look, press the button, wait for the login. */
  async function follow(
    link: string,
  ): Promise<{ cookie: string; offered: string; started: Answer }> {
    const path = link.slice(ROOT.length);
    const offered = await bed.send({ method: 'GET', path });
    const state = new URL(link).searchParams.get('state') ?? '';
    const started = await bed.send({
      path: '/oauth/connect',
      // what browsers send from a page that withholds its address
      headers: { 'Content-Type': 'application/x-www-form-urlencoded', Origin: 'null' },
      body: new URLSearchParams({ state }).toString(),
    });
    const cookie = (started.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
    return { cookie, offered: offered.text, started };
  }

  const progress = (Cookie: string): Promise<Answer> =>
    bed.send({ method: 'GET', path: '/oauth/connect', headers: { Cookie } });

  async function connect(token: string, loginName: string, appPassword: string): Promise<Answer> {
    const { cookie } = await follow(await linkFor(token));
    bed.nextcloud.granting = { loginName, appPassword };
    return progress(cookie);
  }

  it('lists tools by scope before anybody has connected, with those that connect', async () => {
    for (const era of ['legacy', 'modern'] as const) {
      const { message } = await bed.send({ ...rpc('tools/list', {}, era), token: alice });
      const names = (message.result?.tools as { name: string }[]).map(({ name }) => name);
      expect(names).to.include.members([READ, 'provision_nextcloud_access', 'check_logged_in']);
      expect(names).not.to.include('deck_create_board');
    }
    expect(bed.nextcloud.seen).to.eql([]);
  });

  it('does not show one person’s list to another who has not connected, or the other way round', async () => {
    const list = async (token: string) =>
      (await bed.send({ ...rpc('tools/list', {}), token })).text;
    const unconnected = await list(alice);
    await connect(alice, 'alice', 'app-password-a');
    bed.nextcloud.missing = 'notes';
    expect(await list(bob)).to.equal(unconnected);
    expect(unconnected).to.contain(READ);
    expect(await list(alice)).not.to.contain(READ);
    expect(await list(bob)).to.equal(unconnected);
  });

  it('older clients get error -32042 with the link in data and in the text', async () => {
    const { message } = await bed.call(alice, READ, NOTE);
    expect(message.error?.code).to.equal(-32042);
    const { elicitations } = message.error?.data as {
      elicitations: { mode: string; url: string }[];
    };
    expect(elicitations[0]?.mode).to.equal('url');
    expect(elicitations[0]?.url).to.match(
      /^https:\/\/gateway\.example\.org\/oauth\/connect\?state=/,
    );
    expect(message.error?.message).to.contain(elicitations[0]?.url);
    expect(bed.nextcloud.seen).to.eql([]);
  });

  it('newer clients are asked to open the link, and the call goes on once the person has connected', async () => {
    const first = (await modern(alice)).message.result as unknown as InputRequired;
    expect(first.resultType).to.equal('input_required');
    expect(first.inputRequests.signin.params.mode).to.equal('url');
    // No person, no credential in the link (R14).
    expect(first.inputRequests.signin.params.url).not.to.contain('alice');
    await connect(alice, 'alice', 'app-password-a');
    const retry = {
      inputResponses: { signin: { action: 'accept' } },
      requestState: first.requestState,
    };
    const { message } = await modern(alice, retry);
    expect(JSON.stringify(message.result)).to.contain('of alice');
    const basic = `Basic ${Buffer.from('alice:app-password-a').toString('base64')}`;
    expect(bed.nextcloud.seen.at(-1)?.authorization).to.equal(basic);
  });

  it('clients that open no links get one to show', async () => {
    for (const capabilities of [{}, { elicitation: {} }, { elicitation: { form: {} } }]) {
      const { message } = await modern(alice, {}, capabilities);
      expect(message.result?.isError).to.equal(true);
      expect(JSON.stringify(message.result)).to.contain(`${ROOT}/oauth/connect?state=`);
    }
  });

  it('R13 a request state belongs to the person it was made for', async () => {
    const first = (await modern(alice)).message.result as unknown as InputRequired;
    const retry = {
      inputResponses: { signin: { action: 'accept' } },
      requestState: first.requestState,
    };
    expect((await modern(bob, retry)).message.error?.code).to.equal(-32602);
    const forged = { ...retry, requestState: `${first.requestState.slice(0, -2)}xx` };
    expect((await modern(alice, forged)).message.error?.code).to.equal(-32602);
    expect(bed.nextcloud.seen).to.eql([]);
  });

  it('R14 keeps nothing when somebody else logs in than asked, and withdraws what the login made', async () => {
    const page = await connect(alice, 'bob', 'app-password-of-bob');
    expect(page.status).to.equal(403);
    expect(page.text).to.contain('not the one that asked');
    const withdrawn = bed.nextcloud.seen.filter(
      ({ method, url }) => method === 'DELETE' && url.includes('apppassword'),
    );
    expect(withdrawn.length).to.equal(1);
    const before = bed.nextcloud.seen.length;
    expect((await bed.call(alice, READ, NOTE)).message.error?.code).to.equal(-32042);
    expect((await bed.call(bob, READ, NOTE)).message.error?.code).to.equal(-32042);
    expect(bed.nextcloud.seen.length).to.equal(before);
  });

  it('R15 a link works once, in one browser, on a page that allows no frame and no script', async () => {
    const link = await linkFor(alice);
    const { cookie, started, offered } = await follow(link);
    expect(started.status).to.equal(303);
    expect(started.headers['set-cookie']?.[0]).to.match(
      /^__Host-connect=.*HttpOnly; Secure; SameSite=Lax$/,
    );
    expect(offered).to.contain('alice').and.not.to.contain('<script');
    expect((await follow(link)).started.status).to.equal(400);
    expect((await progress('')).status).to.equal(400);
    const page = await progress(cookie);
    expect(page.headers['content-security-policy']).to.contain("frame-ancestors 'none'");
    expect(page.status).to.equal(200);
  });

  it('R15 the front door sends nobody to an address that was not allowed', async () => {
    const asked = {
      response_type: 'code',
      client_id: 'mcp-client',
      redirect_uri: 'http://127.0.0.1:7777/callback',
      state: 's',
      code_challenge: 'c'.repeat(43),
      code_challenge_method: 'S256',
    };
    const open = (change: object) =>
      bed.send({
        method: 'GET',
        path: `/oauth/authorize?${new URLSearchParams({ ...asked, ...change }).toString()}`,
      });
    const { status, headers } = await open({});
    expect(status).to.equal(302);
    const target = new URL(headers.location ?? '');
    expect(target.origin).to.equal(bed.idp.issuer);
    expect(target.searchParams.get('code_challenge')).to.equal(asked.code_challenge);
    expect(target.searchParams.get('resource')).to.equal(`${ROOT}/mcp`);
    for (const change of [
      { redirect_uri: 'https://evil.example.org/callback' },
      { redirect_uri: 'http://127.0.0.1.evil.example.org/' },
      { code_challenge_method: 'plain' },
      { code_challenge: '' },
      { state: '' },
      { resource: 'https://other.example.org/mcp' },
    ]) {
      const answer = await open(change);
      expect(answer.status, JSON.stringify(change)).to.equal(400);
      expect(answer.headers.location).to.equal(undefined);
    }
  });

  it('sends a refused app password never again, and asks for a new login', async () => {
    await connect(alice, 'alice', 'app-password-a');
    expect((await bed.call(alice, READ, NOTE)).message.result?.isError).to.not.equal(true);
    bed.nextcloud.userOf = () => undefined;
    expect((await bed.call(alice, READ, NOTE)).message.error?.code).to.equal(-32042);
    const before = bed.nextcloud.seen.length;
    expect((await bed.call(alice, READ, NOTE)).message.error?.code).to.equal(-32042);
    expect(bed.nextcloud.seen.length).to.equal(before);
  });

  it('tells and takes back access for the person of the token, whoever an argument names', async () => {
    await connect(alice, 'alice', 'app-password-a');
    const answerOf = async (token: string, tool: string, args = {}) => {
      const { message } = await bed.call(token, tool, args);
      return (message.result as { structuredContent?: Record<string, unknown> }).structuredContent;
    };
    expect(await answerOf(alice, 'check_provisioning_status')).to.include({
      is_provisioned: true,
      flow_type: 'login_flow',
    });
    expect(await answerOf(bob, 'check_provisioning_status')).to.eql({ is_provisioned: false });
    expect(await answerOf(bob, 'check_logged_in')).to.include({ result: 'no' });
    // No tool of these takes a user at all.
    const { message } = await bed.call(bob, 'revoke_nextcloud_access', { user_id: 'alice' });
    expect(message.result?.isError).to.equal(true);
    expect(await answerOf(bob, 'revoke_nextcloud_access')).to.include({ success: true });
    expect(await answerOf(alice, 'check_logged_in')).to.include({ result: 'yes', user: 'alice' });
    expect(await answerOf(alice, 'revoke_nextcloud_access')).to.include({ success: true });
    expect(bed.nextcloud.seen.at(-1)).to.include({ method: 'DELETE' });
    expect(await answerOf(alice, 'check_provisioning_status')).to.eql({ is_provisioned: false });
  });

  it('finds and describes tools before the connection, and calls none', async () => {
    const sent = toolCall('nc_describe_tool', { name: READ });
    const described = await bed.send({ ...sent, token: alice });
    expect(described.message.result?.isError).to.not.equal(true);
    const called = await bed.call(alice, 'nc_call_tool', { name: READ, arguments: NOTE });
    expect(called.message.error?.code).to.equal(-32042);
    const uri = 'nc://Notes/1';
    for (const era of ['legacy', 'modern'] as const) {
      const { message } = await bed.send({ ...rpc('resources/read', { uri }, era), token: alice });
      expect(message.error?.data).to.include({ code: 'sign_in_required' });
      expect(message.error?.message).to.contain(`${ROOT}/oauth/connect?state=`);
    }
    expect(bed.nextcloud.seen).to.eql([]);
  });
});
