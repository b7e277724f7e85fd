import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { startPostgres } from '../../relay/store/testing/postgres.ts';
import type { TestPostgres } from '../../relay/store/testing/postgres.ts';
import { launchBrowser } from '../browser/browser.ts';
import { startReplicas } from './gateway.ts';
import type { Replicas } from './gateway.ts';
import { CLIENT_KINDS, mcpClient } from './mcp-client.ts';
import type { ClientKind, McpClient } from './mcp-client.ts';
import { Person } from './person.ts';
import { startStandInNextcloud } from './stand-in/nextcloud.ts';
import type { StandInNextcloud } from './stand-in/nextcloud.ts';
import { connect, notesSeenBy, wantsPerson } from './stories.ts';

const NOTE = { title: 'Written on any process', content: 'x', category: '' };
const ALICE = { loginName: 'alice', password: 'alice-password' };

describe('two gateway processes on one PostgreSQL, requests alternating', () => {
  let postgres: TestPostgres;
  let browser: Browser;
  let nextcloud: StandInNextcloud;
  let gateways: Replicas;
  let alice: Person;
  let clients: McpClient[];

  before(async () => {
    [postgres, browser] = await Promise.all([startPostgres(), launchBrowser()]);
  });
  after(async () => {
    await browser.close();
    await postgres.stop();
  });
  beforeEach(async () => {
    clients = [];
    nextcloud = await startStandInNextcloud();
    nextcloud.addNote('alice', 'Alice’s diary');
    const key = randomBytes(32).toString('base64');
    gateways = await startReplicas(2, nextcloud.url, await postgres.newDatabase(), key);
    alice = await Person.in(await browser.newContext(), ALICE);
  });
  afterEach(async () => {
    for (const client of clients) await client.close();
    await alice.page.context().close();
    await gateways.close();
    await nextcloud.close();
  });

  async function newClient(kind: ClientKind): Promise<McpClient> {
    const client = await mcpClient(kind, { gatewayUrl: gateways.url });
    clients.push(client);
    return client;
  }

  /** Backends that answered requests of this kind. */
  function answering(request: RegExp): Set<string> {
    const found = gateways.front.answered.filter((one) => request.test(one.request));
    return new Set(found.map(({ backend }) => backend));
  }

  for (const kind of CLIENT_KINDS) {
    it(`sign-in, calls, refresh, step-up and revocation (${kind})`, async () => {
      const client = await newClient(kind);
      await connect(client, alice, { without: ['notes:write'] });
      for (let call = 0; call < 4; call += 1) {
        expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
      }
      for (let turn = 0; turn < 3; turn += 1) {
        client.loseAccessToken();
        expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
      }
      if (!kind.startsWith('1.x')) await stepUp(client);
      await alice.open(`${gateways.url}/user/page`);
      await alice.takeBackEverything();
      await wantsPerson(notesSeenBy(client));
      await wantsPerson(notesSeenBy(client));
      expect(nextcloud.devicesOf('alice')).to.eql([]);
      expect(nextcloud.refusals()).to.equal(0);
      for (const request of [/ \/mcp$/, /\/oauth\//]) expect(answering(request).size).to.equal(2);
    });
  }

  async function stepUp(client: McpClient): Promise<void> {
    await alice.open(await wantsPerson(client.callTool('nc_notes_create_note', NOTE)));
    await alice.allow({ with: ['notes:write'] });
    await client.finish();
    expect((await client.callTool('nc_notes_create_note', NOTE)).isError).to.equal(false);
  }

  it('one is killed in the middle of a sign-in: the other finishes it and goes on', async () => {
    const client = await newClient('2.x, 2026-07-28');
    await alice.open(await wantsPerson(client.connect()));
    const [first] = gateways.replicas;
    await first?.kill();
    await alice.signIn();
    await alice.allow({ with: ['notes:write'] });
    await client.finish();
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    client.loseAccessToken();
    expect((await client.callTool('nc_notes_create_note', NOTE)).isError).to.equal(false);
  });

  it('one is killed between calls: the token still counts, and revocation too', async () => {
    const client = await newClient('1.x, 2025-11-25');
    await connect(client, alice);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    await gateways.replicas[1]?.kill();
    for (let call = 0; call < 3; call += 1) {
      expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    }
    client.loseAccessToken();
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    expect(await client.revoke()).to.equal(200);
    await wantsPerson(notesSeenBy(client));
  });

  it('one is killed in the middle of a call: that call fails, the next is the other’s', async () => {
    const client = await newClient('2.x, 2026-07-28');
    await connect(client, alice);
    const held = nextcloud.hold();
    const call = notesSeenBy(client).catch((error: unknown) => error);
    await held.asked;
    const [at] = gateways.front.busy();
    await gateways.replicas.find(({ url }) => url === at)?.kill();
    expect(await call).to.be.instanceOf(Error);
    held.go();
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
  });

  it('five processes of one client refresh at once: all of them go on', async () => {
    const client = await newClient('1.x, 2025-11-25');
    await connect(client, alice);
    const { refresh_token: token = '' } = client.tokens() ?? {};
    const answers = await Promise.all(Array.from({ length: 5 }, () => client.refreshBeside(token)));
    expect(answers.map(({ status }) => status)).to.eql([200, 200, 200, 200, 200]);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    for (const { token: next } of answers) {
      expect((await client.refreshBeside(next)).status).to.equal(200);
    }
  });
});
