import { expect } from 'chai';
import { startBed } from '../sign-in/bed.ts';
import type { SignInBed } from '../sign-in/bed.ts';
import { logInAtNextcloud } from '../sign-in/nextcloud-login.ts';
import type { McpClient } from '../sign-in/mcp-client.ts';
import type { Person } from '../sign-in/person.ts';
import { notesSeenBy, wantsPerson } from '../sign-in/stories.ts';

/** Nextcloud's core `oauth2` app: the login stays in one tab. */
describe('the login by Nextcloud’s oauth2 app, in Chromium', () => {
  let bed: SignInBed;

  beforeEach(async () => {
    bed = await startBed({ oauth2App: true });
  });
  afterEach(() => bed.close());

  const at = (path: string): string => bed.gateway.url + path;

  async function signedIn(person: Person): Promise<void> {
    await person.open(at('/user/page'));
    await person.signInHere();
    await person.sees(/^Your account$/);
  }

  /** Up to Nextcloud’s answer, which does not arrive: somebody holds it back. */
  async function heldBack({ page, account }: Person): Promise<URL> {
    let answer: string | undefined;
    await page.route(
      (url) => url.pathname.endsWith('/login/flow'),
      async (route) => {
        const granted = route.request().method() === 'POST';
        if (!granted) return route.continue();
        answer = (await route.fetch({ maxRedirects: 0 })).headers()['location'];
        return route.fulfill({ contentType: 'text/html', body: '<h1>Held back</h1>' });
      },
    );
    await page.goto(at('/user/page'));
    await page.getByRole('button', { name: /Go on to/ }).click();
    await logInAtNextcloud(page, account);
    await page.unrouteAll();
    if (answer === undefined) throw new Error('Nextcloud did not answer');
    return new URL(answer);
  }

  async function connected(person: Person): Promise<McpClient> {
    const client = await bed.client('2.x, 2026-07-28', { name: 'Assistant' });
    await person.open(await wantsPerson(client.connect()));
    await person.signInHere();
    await person.allow();
    await client.finish();
    return client;
  }

  const isSignedIn = async ({ page }: Person): Promise<boolean> =>
    (await page.request.get(at('/user'))).status() === 200;

  it('leads through one tab and is kept on the account page as what it is', async () => {
    const alice = await bed.person('alice');
    const client = await connected(alice);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    expect(alice.page.context().pages().length).to.equal(1);
    await alice.open(at('/user/page'));
    expect(await alice.text())
      .to.include('Access by Nextcloud’s own sign-in')
      .and.to.include('Assistant')
      .and.to.include('nc_notes_search_notes');
  });

  it('takes an answer only in the browser that set off, and leaves it good there', async () => {
    const [alice, mallory] = [await bed.person('alice'), await bed.person('bob')];
    const answer = await heldBack(alice);
    await mallory.open(answer);
    await mallory.sees(/belongs to another browser/);
    expect(await isSignedIn(mallory)).to.equal(false);
    expect(bed.nextcloud.asked).not.to.include('POST /apps/oauth2/api/v1/token');
    await alice.open(answer);
    await alice.sees(/^Your account$/);
  });

  it('signs nobody in to an account that somebody else slipped in (login CSRF)', async () => {
    const [alice, mallory] = [await bed.person('alice'), await bed.person('bob')];
    const planted = await heldBack(mallory);
    const own = await heldBack(alice);
    own.searchParams.set('state', planted.searchParams.get('state') ?? '');
    await alice.open(own);
    await alice.sees(/belongs to another browser/);
    own.searchParams.delete('state');
    await alice.open(own);
    await alice.sees(/^This login is over$/);
    expect(await isSignedIn(alice)).to.equal(false);
  });

  it('takes an answer once', async () => {
    const alice = await bed.person('alice');
    const answer = await heldBack(alice);
    await alice.open(answer);
    await alice.sees(/^Your account$/);
    const asked = bed.nextcloud.asked.length;
    await alice.open(answer);
    await alice.sees(/^This login is over$/);
    expect(bed.nextcloud.asked.length).to.equal(asked);
    expect(await isSignedIn(alice), 'the sign-in stays').to.equal(true);
  });

  it('renews what Nextcloud gave before it ends, without anybody', async () => {
    const alice = await bed.person('alice');
    await signedIn(alice);
    const [token] = bed.nextcloud.people.tokens;
    const first = token?.secret;
    bed.gateway.advance(3500);
    bed.nextcloud.advance(3500);
    await alice.open(at('/tools/nc_notes_search_notes'));
    await alice.page.getByRole('button', { name: 'Call it' }).click();
    expect(await alice.page.locator('#result').innerText()).to.include('Alice’s diary');
    expect(token?.secret).to.not.equal(first);
    expect(bed.nextcloud.devicesOf('alice')).to.have.length(1);
    expect(bed.nextcloud.refusals(), 'no outdated token was sent').to.equal(0);
  });

  it('renews when Nextcloud says that its token has ended', async () => {
    const client = await connected(await bed.person('alice'));
    bed.gateway.advance(60);
    bed.nextcloud.advance(3700);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    expect(bed.nextcloud.refusals()).to.equal(1);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
    expect(bed.nextcloud.refusals()).to.equal(1);
  });

  it('asks for a login when the person has removed the device in Nextcloud', async () => {
    const alice = await bed.person('alice');
    const client = await connected(alice);
    bed.nextcloud.removeDevicesOf('alice');
    const outcome = await notesSeenBy(client).catch(String);
    expect(outcome).to.match(/does not accept your login|the person has to open/);
    const refusals = bed.nextcloud.refusals();
    await alice.open(await wantsPerson(client.connect()));
    expect(bed.nextcloud.refusals(), 'a dead token is not sent again').to.equal(refusals);
    await alice.signInHere();
    await alice.allow();
    await client.finish();
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
  });

  it('takes everything back: the token at Nextcloud, the client’s access, the session', async () => {
    const alice = await bed.person('alice');
    const client = await connected(alice);
    expect(bed.nextcloud.devicesOf('alice')).to.have.length(1);
    await alice.open(at('/user/page'));
    await alice.takeBackEverything();
    await alice.sees(/^Everything is taken back$/);
    expect(await alice.text()).not.to.include('could not be told');
    expect(bed.nextcloud.devicesOf('alice')).to.eql([]);
    expect(await isSignedIn(alice)).to.equal(false);
    const url = await wantsPerson(notesSeenBy(client));
    expect(url.pathname).to.equal('/oauth/authorize');
  });

  it('replaces what an earlier login left at Nextcloud', async () => {
    await signedIn(await bed.person('alice'));
    await signedIn(await bed.person('alice'));
    expect(bed.nextcloud.devicesOf('alice')).to.have.length(1);
  });
});
