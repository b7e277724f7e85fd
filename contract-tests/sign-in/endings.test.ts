import { expect } from 'chai';
import { startBed } from './bed.ts';
import type { SignInBed } from './bed.ts';
import { AuthorizationRefused, CLIENT_KINDS } from './mcp-client.ts';
import type { ClientKind, McpClient } from './mcp-client.ts';
import type { Person } from './person.ts';
import { connect, notesSeenBy, wantsPerson } from './stories.ts';

const KIND: ClientKind = '2.x, 2026-07-28';
const NOTE = { title: 'Written by a client', content: 'x', category: '' };

/** What the client was told instead of a code. */
async function refusal(client: McpClient): Promise<URLSearchParams> {
  try {
    await client.finish();
  } catch (error) {
    if (error instanceof AuthorizationRefused) return error.answer;
    throw error;
  }
  throw new Error('the client was not refused');
}

describe('other ends of a sign-in, in Chromium', () => {
  let bed: SignInBed;
  let client: McpClient;
  let alice: Person;

  beforeEach(async () => {
    bed = await startBed();
    client = await bed.client(KIND);
    alice = await bed.person('alice');
  });
  afterEach(() => bed.close());

  /** Up to the page that asks whether the client may. */
  async function toConsent(person: Person = alice): Promise<URL> {
    const url = await wantsPerson(client.connect());
    await person.open(url);
    await person.signIn();
    return url;
  }

  for (const kind of CLIENT_KINDS) {
    it(`refusal: the client (${kind}) is told so, and may ask again`, async () => {
      client = await bed.client(kind);
      await toConsent();
      await alice.cancel();
      await alice.sees(/Back in the app/);
      const answer = await refusal(client);
      expect(answer.get('error')).to.equal('access_denied');
      expect(answer.get('iss')).to.equal(bed.gateway.url);
      expect(client.tokens()).to.equal(undefined);
      await alice.open(await wantsPerson(client.connect()));
      await alice.allow();
      await client.finish();
      expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    });
  }

  it('refusal: nothing ticked is a refusal as well', async () => {
    await toConsent();
    await alice.allow({ without: [...(await alice.offered()).keys()] });
    expect((await refusal(client)).get('error')).to.equal('access_denied');
  });

  for (const javaScriptEnabled of [true, false]) {
    it(`cancel before the login (${javaScriptEnabled ? 'with' : 'without'} script)`, async () => {
      alice = await bed.person('alice', { javaScriptEnabled });
      await alice.open(await wantsPerson(client.connect()));
      const window = await alice.openNextcloud();
      await alice.cancel();
      expect((await refusal(client)).get('error')).to.equal('access_denied');
      expect(bed.nextcloud.devicesOf('alice')).to.eql([]);
      await window.close();
    });
  }

  it('timeout: the page says that it is over and what to do, and the client may begin anew', async () => {
    await toConsent();
    bed.gateway.advance(601);
    await alice.allow();
    expect(await alice.text())
      .to.include('This sign-in is over')
      .and.to.include('Start again from your MCP client');
    expect(client.callback.waiting()).to.equal(0);
  });

  it('timeout: a login that was not granted in time ends on a page of its own', async () => {
    await alice.open(await wantsPerson(client.connect()));
    bed.gateway.advance(601);
    await alice.sees(/is over/);
    expect(await alice.text()).to.include('Start again');
  });

  it('timeout: a code that the client brings too late is worth nothing', async () => {
    await toConsent();
    await alice.allow();
    const answer = await client.callback.next();
    bed.gateway.advance(61);
    const failed = await client.finish(answer).catch((error: unknown) => error);
    expect(String(failed)).to.match(/grant request is invalid/);
    expect(client.tokens()).to.equal(undefined);
    await wantsPerson(client.connect());
  });

  it('Nextcloud does not answer: a page says so, and the same page works when it does', async () => {
    await alice.open(await wantsPerson(client.connect()));
    const login = alice.page.url();
    await alice.page.context().clearCookies();
    await bed.nextcloud.pause();
    await alice.open(await wantsPerson(client.connect()));
    expect(await alice.text()).to.include('The login server does not answer');
    expect(alice.page.url()).to.not.equal(login);
    await bed.nextcloud.goOn();
    await alice.page.getByRole('link', { name: 'Try again' }).click();
    await alice.signIn();
    await alice.allow();
    await client.finish();
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
  });

  it('expired state: an old address of a sign-in opens nothing', async () => {
    await toConsent();
    const old = alice.page.url();
    await alice.allow();
    await client.finish();
    await alice.open(old);
    expect(await alice.text())
      .to.include('This sign-in is over')
      .and.to.include('Start again');
    expect(client.callback.waiting()).to.equal(0);
  });

  it('another browser cannot go on with somebody’s sign-in', async () => {
    const url = await wantsPerson(client.connect());
    await alice.open(url);
    const bob = await bed.person('bob');
    await bob.open(alice.page.url());
    expect(await bob.text()).to.include('belongs to another browser');
    await alice.signIn();
    await bob.open(alice.page.url());
    expect(await bob.text()).to.include('This sign-in is over');
    await alice.allow();
    await client.finish();
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
  });

  it('second tab: the sign-in goes on in one, the other says that it is over', async () => {
    const tab = await alice.secondTab();
    await alice.open(await wantsPerson(client.connect()));
    await tab.open(alice.page.url());
    await alice.signIn();
    await tab.sees(/^Allow|is over/);
    // whichever was there first
    const isFirst = (await alice.heading()).startsWith('Allow');
    const [going, over] = isFirst ? [alice, tab] : [tab, alice];
    await over.sees(/is over/);
    await going.allow();
    await client.finish();
    expect(client.callback.waiting()).to.equal(0);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    expect(bed.nextcloud.devicesOf('alice').length).to.equal(1);
  });

  it('second tab: the question twice, one answer', async () => {
    await toConsent();
    const tab = await alice.secondTab();
    await tab.open(alice.page.url());
    await alice.allow();
    await client.finish();
    await tab.allow();
    expect(await tab.text()).to.include('This sign-in is over');
    expect(client.callback.waiting()).to.equal(0);
  });

  it('second tab: two clients at once in one browser do not get in each other’s way', async () => {
    const other = await bed.client('1.x, 2025-11-25', { name: 'The other one' });
    const tab = await alice.secondTab();
    await alice.open(await wantsPerson(client.connect()));
    await tab.open(await wantsPerson(other.connect()));
    await alice.signIn();
    // signed in is signed in: the second needs no login of its own
    await tab.sees(/Allow “The other one”/);
    await tab.allow();
    await other.finish();
    await alice.allow();
    await client.finish();
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    expect(await notesSeenBy(other)).to.eql(['Alice’s diary']);
  });

  it('back button: the page before cannot be answered twice', async () => {
    await toConsent();
    await alice.allow();
    await client.finish();
    await alice.page.goBack();
    const again = alice.page.getByRole('button', { name: /^Allow$/ });
    if ((await again.count()) > 0) await alice.allow();
    await alice.sees(/is over/);
    expect(client.callback.waiting()).to.equal(0);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
  });

  it('back button: from the client to the sign-in page that is done', async () => {
    const url = await toConsent();
    await alice.cancel();
    await refusal(client);
    await alice.open(url);
    expect(await alice.text()).to.include('Allow “Test assistant”?');
  });

  it('another user on step-up: the page says who, and a switch leads to the right one', async () => {
    client = await bed.client('2.x, 2025-11-25');
    await connect(client, alice, { without: ['notes:write'] });
    const bob = await bed.person('bob');
    await connect(await bed.client('1.x, 2025-11-25'), bob);
    const url = await wantsPerson(client.callTool('nc_notes_create_note', NOTE));
    await bob.open(url);
    expect(await bob.text()).to.include('You are Bob Example (bob)');
    await bob.useAnotherAccount();
    await bob.logOutAtNextcloud(bed.nextcloud.url);
    await bob.signIn(alice.account);
    expect(await bob.text()).to.include('You are Alice Example (alice)');
    await bob.allow({ with: ['notes:write'] });
    await client.finish();
    await client.callTool('nc_notes_create_note', NOTE);
    expect(await notesSeenBy(client))
      .to.include(NOTE.title)
      .and.to.include('Alice’s diary');
  });

  it('another user on step-up: who goes on works as themselves, with nothing of the first', async () => {
    client = await bed.client('2.x, 2025-11-25');
    await connect(client, alice, { without: ['notes:write'] });
    const bob = await bed.person('bob');
    await connect(await bed.client('1.x, 2025-11-25'), bob);
    await bob.open(await wantsPerson(client.callTool('nc_notes_create_note', NOTE)));
    expect((await bob.offered()).has('notes:read'), 'all is new to Bob').to.equal(true);
    await bob.allow({ with: ['notes:write'] });
    await client.finish();
    await client.callTool('nc_notes_create_note', NOTE);
    expect(await notesSeenBy(client)).to.eql(['Bob’s shopping', NOTE.title]);
    expect(bed.nextcloud.people.notesOf('alice').map(({ title }) => title)).to.eql([
      'Alice’s diary',
    ]);
  });

  it('a login the person does not grant leaves the page waiting, and nothing at Nextcloud', async () => {
    await alice.open(await wantsPerson(client.connect()));
    const window = await alice.openNextcloud();
    await window.close();
    expect(await alice.text()).to.match(/Waiting for your? (?:login|to grant)/);
    expect(bed.nextcloud.devicesOf('alice')).to.eql([]);
  });
});

describe('taking access back, in Chromium', () => {
  let bed: SignInBed;

  beforeEach(async () => {
    bed = await startBed();
  });
  afterEach(() => bed.close());

  for (const kind of CLIENT_KINDS) {
    it(`on the account page: the next call of that client (${kind}) needs the person again`, async () => {
      const client = await bed.client(kind, { name: 'To be ended' });
      const kept = await bed.client(kind, { name: 'To stay' });
      const alice = await bed.person('alice');
      await connect(client, alice);
      await alice.open(await wantsPerson(kept.connect()));
      await alice.allow();
      await kept.finish();
      await alice.open(`${bed.gateway.url}/user/page`);
      expect(await alice.text())
        .to.include('To be ended')
        .and.to.include('To stay');
      await alice.disconnect('To be ended');
      expect(await alice.text()).to.include('The app is disconnected');
      await wantsPerson(notesSeenBy(client));
      expect(client.invalidated()).to.include('tokens');
      expect(await notesSeenBy(kept)).to.eql(['Alice’s diary']);
      expect(bed.nextcloud.devicesOf('alice').length).to.equal(1);
    });
  }

  it('everything at once: also the app password at Nextcloud', async () => {
    const client = await bed.client(KIND);
    const alice = await bed.person('alice');
    await connect(client, alice);
    expect(bed.nextcloud.devicesOf('alice')[0]).to.match(/code [A-Z0-9]{6}/);
    await alice.open(`${bed.gateway.url}/user/page`);
    await alice.takeBackEverything();
    expect(await alice.text()).to.include('Everything is taken back');
    expect(bed.nextcloud.devicesOf('alice')).to.eql([]);
    const url = await wantsPerson(notesSeenBy(client));
    await alice.open(url);
    await alice.signIn();
    await alice.allow();
    await client.finish();
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
  });

  for (const kind of CLIENT_KINDS) {
    it(`by the client itself (${kind}): its access token is over at once too`, async () => {
      const client = await bed.client(kind);
      await connect(client, await bed.person('alice'));
      expect(await client.revoke()).to.equal(200);
      await wantsPerson(notesSeenBy(client));
    });

    it(`in Nextcloud’s own settings (${kind}): one refused call, then a new sign-in`, async () => {
      const client = await bed.client(kind);
      const alice = await bed.person('alice');
      await connect(client, alice);
      await workIntoNextSecond(client);
      bed.nextcloud.removeDevicesOf('alice');
      const before = bed.nextcloud.refusals();
      const url = await wantsPerson(untilRefused(client));
      expect(bed.nextcloud.refusals() - before).to.equal(1);
      await alice.open(url);
      await alice.signIn();
      if (/Allow/.test(await alice.heading())) await alice.allow();
      await client.finish();
      expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    });
  }

  it('signing out: the browser is nobody’s, the clients go on', async () => {
    const client = await bed.client(KIND);
    const alice = await bed.person('alice');
    await connect(client, alice);
    await alice.open(`${bed.gateway.url}/user/page`);
    await alice.signOut();
    await alice.open(`${bed.gateway.url}/user/page`);
    await alice.sees(/Sign in with your Nextcloud/);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
  });
});

/** Logins are dated by the second, and one of this second is too new to be doubted. */
async function workIntoNextSecond(client: McpClient): Promise<void> {
  const second = (): number => Math.floor(Date.now() / 1000);
  const now = second();
  while (second() === now) await notesSeenBy(client);
}

/** The call that finds out says so, with a link; the next one asks for the person by itself. */
async function untilRefused(client: McpClient): Promise<void> {
  const said = await client.callTool('nc_notes_search_notes', { query: '' }).then(
    ({ text }) => text,
    (error: unknown) => String(error),
  );
  expect(said)
    .to.include('Nextcloud does not accept the stored app password any more')
    .and.to.include('/oauth/login?flow=');
  await notesSeenBy(client);
}
