import { expect } from 'chai';
import { refused, rpc, toolCall } from '../auth/gateway.ts';
import type { Answer } from '../auth/gateway.ts';
import { HOSTED, RESOURCE, ROOT, startAttackBed } from './bed.ts';
import type { AttackBed } from './bed.ts';
import { claimsOf } from './oauth-client.ts';
import type { OAuthClient, Tokens } from './oauth-client.ts';

const NOTE = toolCall('nc_notes_get_note', { note_id: 1 });
const WRITE = toolCall('nc_notes_create_note', { title: 'a', content: 'b', category: '' });

describe('attacks with tokens', () => {
  let bed: AttackBed;
  let client: OAuthClient;
  let tokens: Tokens;

  beforeEach(async () => {
    bed = await startAttackBed();
    client = await bed.client();
    tokens = await bed.connect(client, bed.browser());
    expect((await read()).status, 'or the refusals would prove nothing').to.equal(200);
  });
  afterEach(() => bed.close());

  function read(token = tokens.access_token): Promise<Answer> {
    return bed.send({ ...NOTE, token });
  }

  /** At the MCP endpoint before anything is reached, and at the token endpoint. */
  async function expectOver(over = tokens, its = client): Promise<void> {
    const answer = await refused(bed, { ...NOTE, token: over.access_token });
    expect(answer.status).to.equal(401);
    expect(answer.challenge).to.contain('invalid_token').and.to.contain('resource_metadata');
    const { status, body } = await its.refresh(over.refresh_token);
    expect([status, body['error']]).to.eql([400, 'invalid_grant']);
  }

  describe('renewing', () => {
    it('a used refresh token that comes again after the grace ends the whole family', async () => {
      const next = (await client.refresh(tokens.refresh_token)).body as unknown as Tokens;
      bed.advance(30);
      expect((await client.refresh(tokens.refresh_token)).body['error']).to.equal('invalid_grant');
      await expectOver(next);
    });

    it('five at once, as real clients do, all get tokens that work', async () => {
      const all = await Promise.all(
        Array.from({ length: 5 }, () => client.refresh(tokens.refresh_token)),
      );
      expect(all.map(({ status }) => status)).to.eql([200, 200, 200, 200, 200]);
      for (const { body } of all) {
        const next = body as unknown as Tokens;
        expect((await read(next.access_token)).status).to.equal(200);
        expect((await client.refresh(next.refresh_token)).status).to.equal(200);
      }
    });

    it('another client gets nothing for a stolen refresh token, whatever it calls itself', async () => {
      const thief = await bed.client();
      expect((await thief.refresh(tokens.refresh_token)).body['error']).to.equal('invalid_grant');
      const none = await client.refresh(tokens.refresh_token, { client_id: undefined });
      expect([none.status, 'access_token' in none.body]).to.eql([400, false]);
      expect((await client.refresh(tokens.refresh_token)).status, 'the owner goes on').to.equal(
        200,
      );
    });

    it('another client cannot end it either', async () => {
      const thief = await bed.client();
      await thief.revoke(tokens.refresh_token);
      expect((await read()).status).to.equal(200);
      expect((await client.refresh(tokens.refresh_token)).status).to.equal(200);
    });

    it('a client without a secret is not believed because it sends one', async () => {
      const guessed = Buffer.from(`${client.id}:guessed`).toString('base64');
      const headers = { Authorization: `Basic ${guessed}` };
      const changes = { client_id: undefined };
      const basic = await client.refresh(tokens.refresh_token, changes, headers);
      expect(basic.status).to.equal(401);
      expect(basic.body['error']).to.equal('invalid_client');
      const empty = Buffer.from(`${client.id}:`).toString('base64');
      const second = await client.refresh(tokens.refresh_token, changes, {
        Authorization: `Basic ${empty}`,
      });
      expect(second.status).to.be.oneOf([400, 401]);
      const posted = await client.refresh(tokens.refresh_token, { client_secret: 'guessed' });
      expect(posted.status).to.be.oneOf([400, 401]);
    });

    it('a client with a secret gets nothing without it, or with another', async () => {
      const secretive = await bed.client(HOSTED, {
        token_endpoint_auth_method: 'client_secret_basic',
      });
      const code = await bed.code(secretive, bed.browser());
      for (const [changes, headers] of [
        [{}, {}],
        [{ client_secret: 'wrong' }, {}],
        [{ client_id: undefined }, { Authorization: basic(secretive.id, 'wrong') }],
        [{ client_id: undefined }, { Authorization: basic(client.id, secretive.secret ?? '') }],
      ] as const) {
        const { status, body } = await secretive.redeem(code, changes, headers);
        expect([status, body['error']]).to.eql([401, 'invalid_client']);
      }
      const right = { Authorization: basic(secretive.id, secretive.secret ?? '') };
      const { status } = await secretive.redeem(code, { client_id: undefined }, right);
      expect(status).to.equal(200);
    });
  });

  describe('what was taken back', () => {
    it('by the client: its access token is refused at once, not when it runs out', async () => {
      expect((await client.revoke(tokens.refresh_token)).status).to.equal(200);
      await expectOver();
    });

    it('by the person, one client: that one’s tokens, and no other’s', async () => {
      const browser = bed.browser();
      const other = await bed.client();
      const kept = await bed.connect(other, browser);
      const page = await browser.follow('/user/page');
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      await browser.follow('/user/revoke-client', { csrf, client: client.id });
      await expectOver();
      expect((await read(kept.access_token)).status).to.equal(200);
    });

    it('by the person, everything: also the app password at Nextcloud', async () => {
      const browser = bed.browser();
      await bed.connect(await bed.client(), browser);
      const page = await browser.follow('/user/page');
      const csrf = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
      const done = await browser.follow('/user/revoke-all', { csrf });
      expect(done.text).to.contain('Everything is taken back');
      const deleted = bed.nextcloud.seen.filter(({ method }) => method === 'DELETE');
      expect(deleted.map(({ url }) => url.split('?')[0])).to.eql(['/ocs/v2.php/core/apppassword']);
      await expectOver();
      expect(browser.session, 'signed out').to.equal(undefined);
    });

    it('in part: a token keeps only the scopes that the person still allows', async () => {
      expect((await bed.send({ ...WRITE, token: tokens.access_token })).status).to.equal(200);
      await bed.store.consents.save(bed.personOf('alice'), {
        clientId: client.id,
        clientName: 'Test client',
        scopes: ['notes:read'],
      });
      const answer = await refused(bed, { ...WRITE, token: tokens.access_token });
      expect(answer.status).to.equal(403);
      expect(answer.challenge).to.contain('insufficient_scope').and.to.contain('notes:write');
      expect((await read()).status).to.equal(200);
      const renewed = (await client.refresh(tokens.refresh_token)).body as unknown as Tokens;
      const again = await refused(bed, { ...WRITE, token: renewed.access_token });
      expect(again.status, 'renewing does not bring it back').to.equal(403);
    });
  });

  describe('a dead app password', () => {
    it('is sent to Nextcloud once and never again: its address is not to be locked out', async () => {
      bed.nextcloud.userOf = () => undefined;
      const before = bed.nextcloud.seen.length;
      await Promise.all([read(), read(), read()]);
      await read();
      const sent = bed.nextcloud.seen.slice(before).filter(({ authorization }) => authorization);
      expect(sent.length).to.be.within(1, 3); // what was under way when the first refusal came
      const settled = bed.nextcloud.seen.length;
      for (let count = 0; count < 5; count += 1) await expectOver();
      expect(bed.nextcloud.seen.length).to.equal(settled);
    });

    it('is sent once when the calls come one after the other', async () => {
      bed.nextcloud.userOf = () => undefined;
      const before = bed.nextcloud.seen.length;
      const first = await read();
      expect(first.text).to.contain('does not accept the stored app password');
      for (let count = 0; count < 5; count += 1) await expectOver();
      const page = await bed.browser().follow('/user/page');
      expect(page.text).to.contain('Open Nextcloud');
      const sent = bed.nextcloud.seen.slice(before).filter(({ authorization }) => authorization);
      expect(sent.length).to.equal(1);
    });

    it('is not revived by a sign-in of somebody else', async () => {
      const { userOf } = bed.nextcloud;
      bed.nextcloud.userOf = () => undefined;
      await read();
      bed.nextcloud.userOf = userOf;
      await bed.connect(await bed.client(), bed.browser(), 'bob');
      await expectOver();
    });
  });

  describe('an administrator’s decisions', () => {
    it('a person who is locked out has no access, no renewal and no new sign-in', async () => {
      await bed.store.accessRules.set('user', 'alice', 'deny');
      bed.advance(6); // so long it may take to reach every process
      const answer = await refused(bed, { ...NOTE, token: tokens.access_token });
      expect([answer.status, answer.challenge]).to.eql([403, '']);
      expect((await client.refresh(tokens.refresh_token)).body['error']).to.equal('invalid_grant');
      bed.atNextcloud('alice');
      const page = await bed.browser().follow(client.authorizeUrl());
      expect(page.status).to.equal(403);
      expect(page.text).to.contain('an administrator has not opened this gateway');
      const kept = bed.nextcloud.seen.filter(({ method }) => method === 'DELETE');
      expect(kept.length, 'the new app password is withdrawn').to.equal(1);
    });

    it('a person who leaves the group that may come in is out within minutes', async () => {
      const call = async (): Promise<number> => (await read()).status;
      await bed.store.accessRules.set('group', 'staff', 'allow');
      bed.nextcloud.groups = ['staff'];
      bed.advance(5);
      expect(await call()).to.equal(200);
      bed.nextcloud.groups = [];
      bed.advance(301);
      expect(await call()).to.equal(403);
      bed.nextcloud.groups = ['staff'];
      expect(await call(), 'it is not asked at each call').to.equal(403);
    });

    it('a client that is locked out has none either, whoever uses it', async () => {
      await bed.store.accessRules.set('client', client.id, 'deny');
      bed.advance(6);
      expect((await refused(bed, { ...NOTE, token: tokens.access_token })).status).to.equal(403);
      expect((await client.refresh(tokens.refresh_token)).status).to.equal(400);
      const { url } = await bed.browser().follow(client.authorizeUrl());
      expect(url.searchParams.get('error')).to.equal('access_denied');
    });

    it('a person who may only read changes nothing, whatever was allowed', async () => {
      await bed.store.users.setReadOnly(bed.personOf('alice'), true);
      bed.advance(6);
      expect((await read()).status).to.equal(200);
      const seen = bed.nextcloud.seen.length;
      const { text } = await bed.send({ ...WRITE, token: tokens.access_token });
      expect(text).to.contain('read-only');
      const via = toolCall('nc_call_tool', {
        name: 'nc_notes_create_note',
        arguments: { title: 'a', content: 'b', category: '' },
      });
      await bed.send({ ...via, token: tokens.access_token });
      expect(bed.nextcloud.seen.length).to.equal(seen);
      const listed = await bed.send({ ...rpc('tools/list', {}), token: tokens.access_token });
      expect(listed.text).not.to.contain('nc_notes_create_note');
    });
  });

  describe('forged ones', () => {
    it('a token of an earlier key set, of another issuer or with a changed claim is nothing here', async () => {
      const [header = '', payload = '', signature = ''] = tokens.access_token.split('.');
      const claims = claimsOf(tokens.access_token);
      const forge = (changes: object, head: object = {}): string => {
        const first = JSON.parse(Buffer.from(header, 'base64url').toString()) as object;
        const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');
        return [part({ ...first, ...head }), part({ ...claims, ...changes }), signature].join('.');
      };
      const foreign = await bed.idp.token({
        claims: { ...claims, iss: ROOT, aud: RESOURCE },
        header: { typ: 'at+jwt' },
      });
      for (const token of [
        forge({ scope: 'admin files:write' }),
        forge({ sub: bed.personOf('bob').subject }),
        forge({ gid: 'another' }),
        forge({ exp: 4_000_000_000 }),
        forge({}, { alg: 'none' }),
        `${forge({}, { alg: 'none' }).split('.').slice(0, 2).join('.')}.`,
        forge({}, { kid: 'x' }),
        forge({}, { alg: 'HS256' }),
        `${header}.${payload}.`,
        foreign,
      ]) {
        const answer = await refused(bed, { ...NOTE, token });
        expect(answer.status).to.equal(401);
      }
    });

    it('a token says nothing about the person but a number of ours', () => {
      const claims = JSON.stringify(claimsOf(tokens.access_token));
      expect(claims).not.to.contain('alice');
      expect(claimsOf(tokens.access_token)).to.include({
        iss: ROOT,
        aud: RESOURCE,
        sub: bed.personOf('alice').subject,
        client_id: client.id,
      });
    });
  });
});

function basic(id: string, secret: string): string {
  return `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
}
