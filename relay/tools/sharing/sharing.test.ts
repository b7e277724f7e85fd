import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';
import type { DefinedTool, ToolContext } from '../tool.ts';
import { createPublicLink } from './create-public-link.ts';
import { createShare } from './create-share.ts';
import { listPending } from './pending-shares.ts';
import { permissionBits, permissionNames } from './permissions.ts';
import { shareView } from './share-view.ts';
import type { Share } from './share-view.ts';
import { updateShare } from './update-share.ts';

const LINK = {
  id: '7',
  share_type: 3,
  path: '/a.md',
  permissions: 17,
  share_with: '3|$argon2id$hash',
  share_with_displayname: '(Shared link)',
  password: '3|$argon2id$hash',
  token: 'secretToken',
  stime: 0,
  hide_download: 0,
  expiration: '2030-01-02 00:00:00',
  note: '',
  url: 'https://cloud.example.org/s/secretToken',
} as unknown as Share;

function server(data: unknown = LINK): { context: ToolContext; sent: Record<string, unknown>[] } {
  const sent: Record<string, unknown>[] = [];
  const execute = async (_key: string, args: Record<string, unknown>): Promise<unknown> => {
    sent.push(args);
    return await Promise.resolve({ status: 200, headers: {}, data });
  };
  const nextcloud = { publicUrl: '', execute, executeByKey: execute } as unknown as Nextcloud;
  return {
    sent,
    context: { nextcloud, signal: new AbortController().signal } as unknown as ToolContext,
  };
}

async function refusal(tool: DefinedTool, args: object): Promise<string> {
  const { context, sent } = server();
  const failed: unknown = await tool.run({ ...args }, context).catch((error: unknown) => error);
  expect(sent, 'nothing may be sent').to.deep.equal([]);
  return failed instanceof Error ? failed.message : 'no refusal';
}

describe('sharing', () => {
  it('takes permissions as names or bits', () => {
    expect(permissionBits(['read', 'share', 'read'])).to.equal(17);
    expect(permissionBits(31)).to.equal(31);
    expect(permissionNames(19)).to.deep.equal(['read', 'update', 'share']);
  });

  it('never shows the hash of a password', () => {
    const shown = shareView(LINK);
    expect(JSON.stringify(shown)).not.to.contain('argon2');
    expect(shown).to.include({ kind: 'public_link', has_password: true, expires: '2030-01-02' });
    expect(shown).not.to.have.any.keys('share_with', 'token', 'note');
    expect(shareView({ ...LINK, password: null }).has_password).to.equal(false);
  });

  it('refuses pairs of type and recipient that mean something else', async () => {
    const path = '/a.md';
    expect(await refusal(createShare, { path, share_type: 3, share_with: 'bob' })).to.contain(
      'no recipient',
    );
    expect(await refusal(createShare, { path })).to.contain('share_with is missing');
    expect(await refusal(createShare, { path, share_with: '' })).to.contain(
      'share_with is missing',
    );
    expect(await refusal(createShare, { path, share_type: 4, share_with: 'bob' })).to.contain(
      'no mail address',
    );
    expect(await refusal(createShare, { path, share_type: 6, share_with: 'bob' })).to.contain(
      'no user@server',
    );
    expect(await refusal(createShare, { path, share_type: 12, share_with: 'Plan' })).to.contain(
      'no id of a Deck card',
    );
    expect(await refusal(createShare, { path, share_with: 'bob', password: 'x' })).to.contain(
      'password',
    );
    expect(
      await refusal(createShare, { path, share_with: 'bob', expire_date: '2030-02-30' }),
    ).to.contain('no date');
    expect(await refusal(createPublicLink, { path, permissions: ['update'] })).to.contain(
      'needs read',
    );
    expect(await refusal(createShare, { path, share_type: 3, permissions: 8 })).to.contain(
      'needs read',
    );
  });

  it('makes a public link only when asked for one', async () => {
    const { context, sent } = server();
    await createShare.run({ path: '/a.md', share_type: 3 }, context);
    await createPublicLink.run({ path: '/a.md', label: 'L', expire_date: '2030-01-02' }, context);
    expect(sent).to.deep.equal([
      { path: '/a.md', shareType: 3, permissions: 1 },
      { path: '/a.md', shareType: 3, permissions: 1, label: 'L', expireDate: '2030-01-02' },
    ]);
  });

  it('sends given changes only; an empty text removes', async () => {
    const { context, sent } = server();
    const args = { share_id: 7, password: '', expire_date: '', hide_download: false };
    await updateShare.run(args, context);
    expect(sent).to.deep.equal([{ id: '7', password: '', expireDate: '', hideDownload: 'false' }]);
    expect(await refusal(updateShare, { share_id: 7 })).to.contain('Nothing to change');
  });

  it('tells a change that is not possible from a share that is not there', async () => {
    const past = new RelayError('not_found', 'Not found: The last day is over', { status: 404 });
    const answering = (there: boolean) => {
      const execute = (key: string) =>
        key.endsWith('get-share') && there
          ? Promise.resolve({ status: 200, headers: {}, data: [LINK] })
          : Promise.reject(past);
      return { ...server().context, nextcloud: { execute } } as unknown as ToolContext;
    };
    const change = { share_id: 7, expire_date: '2020-01-01' };
    const error = (there: boolean) =>
      updateShare.run({ ...change }, answering(there)).catch((thrown: unknown) => thrown);
    expect(await error(true)).to.include({ code: 'invalid_argument' });
    expect(String(await error(true))).to.include('The last day is over');
    expect(String(await error(false))).to.include('There is no share 7');
  });

  it('says what the server drops for this kind of share', async () => {
    const user = { ...LINK, share_type: 0, share_with: 'bob', password: null };
    for (const [change, word] of [
      [{ password: 'Long enough 1' }, 'password'],
      [{ hide_download: true }, 'hide_download'],
    ] as const) {
      const { context } = server(user);
      const error: unknown = await updateShare
        .run({ share_id: 7, ...change }, context)
        .catch((thrown: unknown) => thrown);
      expect(error).to.include({ code: 'refused' });
      expect(String(error)).to.include(word);
    }
    await updateShare.run(
      { share_id: 7, password: '', hide_download: false },
      server(user).context,
    );
  });

  it('refuses paths that lead elsewhere', async () => {
    for (const path of ['../x', '/a/../b', '.', 'a/.'])
      for (const tool of [createShare, createPublicLink])
        expect(await refusal(tool, { path, share_with: 'bob' })).to.include("'.' or '..'");
  });

  it('keeps the token of a share from another server', async () => {
    const waiting = {
      id: 4,
      name: '/plan',
      owner: 'eve',
      remote: 'https://other.test',
      share_token: 'secretToken',
    };
    const { context } = server([]);
    const both = {
      ...context,
      nextcloud: {
        execute: (key: string) =>
          Promise.resolve({ data: key.endsWith('remote-get-open-shares') ? [waiting] : [] }),
      },
    } as unknown as ToolContext;
    const { data } = await listPending.run({}, both);
    expect(data.shares).to.deep.equal([
      { id: '4', remote: true, name: '/plan', owner: 'eve', server: 'https://other.test' },
    ]);
  });
});
