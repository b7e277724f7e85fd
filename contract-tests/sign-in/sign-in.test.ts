import { expect } from 'chai';
import { startBed } from './bed.ts';
import type { SignInBed } from './bed.ts';
import { CLIENT_KINDS } from './mcp-client.ts';
import { connect, notesSeenBy, wantsPerson } from './stories.ts';

const READ_NOTES = 'notes:read';
const WRITE_NOTES = 'notes:write';

describe('signing in with Nextcloud, in Chromium', () => {
  let bed: SignInBed;

  before(async () => {
    bed = await startBed();
  });
  after(() => bed.close());

  for (const kind of CLIENT_KINDS) {
    it(`leads client ${kind} from nothing but the address to a tool call`, async () => {
      const client = await bed.client(kind, { name: `Assistant ${kind}` });
      const alice = await bed.person('alice');
      await alice.open(await wantsPerson(client.connect()));
      expect(await alice.text())
        .to.include(`Assistant ${kind}`)
        .and.to.include('this computer')
        .and.to.include(new URL(bed.nextcloud.url).host);
      await alice.signIn();
      expect(await alice.text())
        .to.include(`Allow “Assistant ${kind}”?`)
        .and.to.include('Alice Example (alice)')
        .and.to.include('Read and search your notes');
      await alice.allow();
      await client.finish();
      expect(client.tokens()?.scope?.split(' ')).to.include(READ_NOTES);
      expect(await client.toolNames()).to.include('nc_notes_search_notes');
      expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
      expect(bed.nextcloud.refusals()).to.equal(0);
      await client.connect();
      expect(await notesSeenBy(client), 'connected anew').to.eql(['Alice’s diary']);
    });

    it(`renews the access of client ${kind} without anybody`, async () => {
      const client = await bed.client(kind);
      await connect(client, await bed.person('alice'));
      const before = client.tokens();
      client.loseAccessToken();
      expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
      expect(client.tokens()?.refresh_token).to.not.equal(before?.refresh_token);
    });
  }

  it('needs no script', async () => {
    const client = await bed.client('2.x, 2026-07-28');
    const alice = await bed.person('alice', { javaScriptEnabled: false });
    await connect(client, alice);
    expect(await notesSeenBy(client)).to.eql(['Alice’s diary']);
  });

  it('leads over a second step and takes a mail address for a name', async () => {
    const client = await bed.client('2.x, 2026-07-28');
    const carol = await bed.person('carol');
    await carol.open(await wantsPerson(client.connect()));
    await carol.signIn({ ...carol.account, loginName: 'carol@example.org' });
    expect(await carol.text()).to.include('Carol Example (carol)');
    await carol.allow();
    await client.finish();
    expect(await notesSeenBy(client)).to.eql(['Carol’s ideas']);
  });

  it('asks a person who is signed in only about the next client', async () => {
    const [first, second] = [
      await bed.client('1.x, 2025-11-25'),
      await bed.client('1.x, 2025-11-25'),
    ];
    const bob = await bed.person('bob');
    await connect(first, bob);
    const devices = bed.nextcloud.devicesOf('bob').length;
    await bob.open(await wantsPerson(second.connect()));
    await bob.allow();
    await second.finish();
    expect(await notesSeenBy(second)).to.eql(['Bob’s shopping']);
    expect(bed.nextcloud.devicesOf('bob').length).to.equal(devices);
  });

  it('gives each of two people their own notes only', async () => {
    const [one, other] = [await bed.client('2.x, 2026-07-28'), await bed.client('1.x, 2025-11-25')];
    await connect(one, await bed.person('alice'));
    await connect(other, await bed.person('bob'));
    expect(await notesSeenBy(one)).to.eql(['Alice’s diary']);
    expect(await notesSeenBy(other)).to.eql(['Bob’s shopping']);
  });

  it('gives a client what was left ticked and asks on step-up for the new only', async () => {
    const client = await bed.client('2.x, 2025-11-25');
    const alice = await bed.person('alice');
    await connect(client, alice, { without: [WRITE_NOTES, 'files:read'] });
    const granted = client.tokens()?.scope?.split(' ') ?? [];
    expect(granted).to.include(READ_NOTES).and.not.to.include.oneOf([WRITE_NOTES, 'files:read']);
    const write = { title: 'Written by step-up', content: 'x', category: '' };
    await alice.open(await wantsPerson(client.callTool('nc_notes_create_note', write)));
    expect([...(await alice.offered()).keys()])
      .to.include(WRITE_NOTES)
      .and.not.to.include(READ_NOTES);
    await alice.allow({ with: [WRITE_NOTES] });
    await client.finish();
    expect(client.tokens()?.scope?.split(' ')).to.include.members([READ_NOTES, WRITE_NOTES]);
    expect((await client.callTool('nc_notes_create_note', write)).isError).to.equal(false);
    expect(await notesSeenBy(client)).to.include('Written by step-up');
  });
});
