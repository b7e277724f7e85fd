import { expect } from 'chai';
import { startBed } from './bed.ts';
import type { SignInBed } from './bed.ts';
import { AuthorizationRefused } from './mcp-client.ts';
import type { McpClient } from './mcp-client.ts';
import type { Person } from './person.ts';
import { notesSeenBy, wantsPerson } from './stories.ts';

describe('signing in through Nextcloud’s oauth2 app, in Chromium', () => {
  let bed: SignInBed;
  let client: McpClient;

  before(async () => {
    bed = await startBed({ oauth2App: true });
  });
  after(() => bed.close());
  beforeEach(async () => {
    client = await bed.client('2.x, 2026-07-28');
  });

  async function connect(person: Person): Promise<void> {
    await person.open(await wantsPerson(client.connect()));
    await person.signInHere();
    await person.allow();
    await client.finish();
  }

  for (const javaScriptEnabled of [true, false]) {
    it(`stays in one tab (${javaScriptEnabled ? 'with' : 'without'} script)`, async () => {
      const carol = await bed.person('carol', { javaScriptEnabled });
      await connect(carol);
      expect(await notesSeenBy(client)).to.eql(['Carol’s ideas']);
      expect(carol.page.context().pages().length).to.equal(1);
    });
  }

  it('cancel before the login', async () => {
    const alice = await bed.person('alice');
    await alice.open(await wantsPerson(client.connect()));
    await alice.cancel();
    const refused = await client.finish().catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(AuthorizationRefused);
    expect((refused as AuthorizationRefused).answer.get('error')).to.equal('access_denied');
  });

  it('expired state: an answer of Nextcloud counts once, in one browser', async () => {
    const alice = await bed.person('alice');
    let answer = '';
    alice.page.on('request', (request) => {
      if (request.url().includes('/oauth/login/callback?')) answer = request.url();
    });
    await connect(alice);
    await alice.open(answer);
    expect(await alice.text()).to.match(/is over/);
    const bob = await bed.person('bob');
    await bob.open(answer);
    expect(await bob.text()).to.match(/is over|belongs to another browser/);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
  });

  it('timeout: a login at Nextcloud that took too long ends on a page that says so', async () => {
    const own = await startBed({ oauth2App: true });
    try {
      const late = await own.client('1.x, 2025-11-25');
      const alice = await own.person('alice');
      await alice.open(await wantsPerson(late.connect()));
      own.gateway.advance(601);
      await alice.page.getByRole('button', { name: /Go on to/ }).click();
      await alice.sees(/is over/);
      expect(await alice.text()).to.include('Start again');
    } finally {
      await own.close();
    }
  });

  it('renews a token of Nextcloud that is over without anybody', async () => {
    const own = await startBed({ oauth2App: true });
    try {
      client = await own.client('2.x, 2025-11-25');
      await connect(await own.person('bob'));
      expect(await notesSeenBy(client)).to.eql(['Bob’s shopping']);
      own.nextcloud.advance(3601);
      // one that is refused in its first seconds is not renewed
      own.gateway.advance(60);
      expect(await notesSeenBy(client)).to.eql(['Bob’s shopping']);
    } finally {
      await own.close();
    }
  });

  it('everything taken back: gone at Nextcloud too, and the next call needs the person', async () => {
    const bob = await bed.person('bob');
    await connect(bob);
    expect(bed.nextcloud.devicesOf('bob')).to.eql(['MCP gateway']);
    await bob.open(`${bed.gateway.url}/user/page`);
    await bob.takeBackEverything();
    expect(bed.nextcloud.devicesOf('bob')).to.eql([]);
    await wantsPerson(notesSeenBy(client));
  });

  it('removed in Nextcloud’s settings: one call says so, the next needs the person', async () => {
    const bob = await bed.person('bob');
    await connect(bob);
    bed.nextcloud.removeDevicesOf('bob');
    const said = await client.callTool('nc_notes_search_notes', { query: '' });
    expect(said.text).to.include('/oauth/login?flow=');
    await wantsPerson(notesSeenBy(client));
  });
});
