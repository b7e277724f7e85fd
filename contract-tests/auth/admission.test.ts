import { expect } from 'chai';
import { refused, rpc, startBed, toolCall } from './gateway.ts';
import type { Bed } from './gateway.ts';

const READ = 'nc_notes_get_note';
const NOTE = { note_id: 1 };

describe('an administrator’s decisions', () => {
  let bed: Bed;

  before(async () => {
    bed = await startBed();
    const store = bed.dependencies.signIn?.store;
    if (store === undefined) throw new Error('nobody could sign in');
    const token = await bed.idp.token();
    const claims = JSON.parse(atob(token.split('.')[1] ?? '')) as { sub: string };
    await store.accessRules.set('user', 'mallory', 'deny');
    await store.accessRules.set('client', 'banned-client', 'deny');
    await store.users.setReadOnly({ issuer: bed.idp.issuer, subject: claims.sub }, true);
  });
  after(() => bed.close());

  it('keep a person out before anything is reached, without asking them to sign in again', async () => {
    const token = await bed.idp.token({ person: 'mallory' });
    const answer = await refused(bed, { ...toolCall(READ, NOTE), token });
    expect(answer.status).to.equal(403);
    expect(answer.challenge).to.equal('');
    expect(answer.text).to.contain('An administrator does not allow this here');
  });

  it('keep a client out, whoever uses it', async () => {
    const claims = { azp: 'banned-client', client_id: 'banned-client' };
    const token = await bed.idp.token({ claims });
    expect((await refused(bed, { ...toolCall(READ, NOTE), token })).status).to.equal(403);
  });

  it('keep a group out, though the token says nothing of groups', async () => {
    const own = await startBed();
    try {
      await own.dependencies.signIn?.store.accessRules.set('group', 'contractors', 'deny');
      own.nextcloud.groups = ['contractors', 'everybody'];
      const token = await own.idp.token();
      const answer = await own.call(token, READ, NOTE);
      expect([answer.status, answer.challenge]).to.deep.equal([403, '']);
      expect(own.nextcloud.seen.map(({ url }) => url).join()).to.not.contain('/apps/notes/');
      expect(own.handled()).to.equal(0);
    } finally {
      await own.close();
    }
  });

  it('let a person read and change nothing, whatever the token allows', async () => {
    const token = await bed.idp.token();
    const { message } = await bed.call(token, READ, NOTE);
    expect(message.result?.isError, JSON.stringify(message)).to.not.equal(true);
    const seen = bed.nextcloud.seen.length;
    const write = await bed.call(token, 'nc_notes_create_note', {
      title: 'a',
      content: 'b',
      category: '',
    });
    expect(JSON.stringify(write.message)).to.contain('read-only');
    expect(bed.nextcloud.seen.length).to.equal(seen);
    const listed = await bed.send({ token, ...rpc('tools/list', {}) });
    const { tools } = listed.message.result as unknown as { tools: { name: string }[] };
    const names = tools.map(({ name }) => name);
    expect(names).to.include(READ).and.not.include('nc_notes_create_note');
  });

  it('let in who is meant, not who calls themselves so where that is not the Nextcloud user', async () => {
    const own = await startBed({ ENABLE_TOKEN_EXCHANGE: 'true', NEXTCLOUD_USER_CLAIM: 'sub' });
    try {
      await own.dependencies.signIn?.store.accessRules.set('user', 'alice', 'allow');
      const claims = { sub: 'somebody', preferred_username: 'alice' };
      const token = await own.idp.token({ claims });
      expect((await refused(own, { ...toolCall(READ, NOTE), token })).status).to.equal(403);
      const hers = await own.idp.token({ claims: { sub: 'alice' } });
      expect((await own.send({ ...toolCall(READ, NOTE), token: hers })).status).to.equal(200);
    } finally {
      await own.close();
    }
  });
});
