import { expect } from 'chai';
import { toolCall } from '../auth/gateway.ts';
import type { Answer } from '../auth/gateway.ts';
import { appPasswordOf, CALLBACK, HOSTED, startAttackBed } from './bed.ts';
import type { AttackBed } from './bed.ts';
import type { OAuthClient, Tokens } from './oauth-client.ts';

const NOTE = toolCall('nc_notes_get_note', { note_id: 1 });

/** One story with everything in it; afterwards every place is searched for what must not be there. */
describe('secrets after a day’s work', () => {
  let bed: AttackBed;
  /** Name and value of everything that opens something. */
  const secrets: Record<string, string> = {};
  const refusals: Answer[] = [];
  let client: OAuthClient;
  let secretive: OAuthClient;

  before(async () => {
    bed = await startAttackBed();
    client = await bed.client();
    secretive = await bed.client(HOSTED, { token_endpoint_auth_method: 'client_secret_post' });
    const alice = bed.browser();
    const remember = (whose: string, tokens: Tokens): void => {
      secrets[`${whose} access token`] = tokens.access_token;
      secrets[`${whose} signature`] = tokens.access_token.split('.')[2] ?? '';
      secrets[`${whose} refresh token`] = tokens.refresh_token;
    };
    secrets['used code'] = await bed.code(client, alice);
    const tokens = await client.tokens(secrets['used code']);
    remember('first', tokens);
    secrets['unused code'] = await bed.code(client, alice);
    remember('renewed', (await client.refresh(tokens.refresh_token)).body as unknown as Tokens);
    const code = await bed.code(secretive, alice);
    const client_secret = secretive.secret;
    remember('other', (await secretive.redeem(code, { client_secret })).body as unknown as Tokens);
    secrets['client secret'] = client_secret ?? '';
    secrets['verifier'] = client.verifier;
    secrets['app password of alice'] = appPasswordOf('alice');
    secrets['app password as Basic'] = Buffer.from(`alice:${appPasswordOf('alice')}`).toString(
      'base64',
    );
    secrets['poll token'] = 'p'.repeat(128);
    secrets['session'] = alice.session ?? '';
    const page = await alice.follow('/user/page');
    secrets['form token'] = /name="csrf" value="([^"]+)"/.exec(page.text)?.[1] ?? '';
    const pending = await alice.follow(client.authorizeUrl());
    const cookie = [...alice.cookies.values()].find(({ path }) => path === pending.url.pathname);
    expect(cookie?.name).to.equal('__Secure-interaction');
    const waiting = bed.browser();
    const login = await waiting.follow(client.authorizeUrl());
    secrets['login'] = login.url.searchParams.get('flow') ?? '';
    secrets['session before a login'] = waiting.session ?? '';
    await bed.send({ ...NOTE, token: tokens.access_token });

    // and everything that goes wrong
    const send = async (answer: Promise<Answer>): Promise<void> => void refusals.push(await answer);
    await send(client.redeem(secrets['used code']).then(({ answer }) => answer));
    await send(client.redeem(secrets['unused code'], { code_verifier: 'x' }).then((s) => s.answer));
    const refresh = secrets['other refresh token'] ?? '';
    await send(client.refresh(refresh).then(({ answer }) => answer));
    await send(secretive.refresh(refresh, { client_secret: 'wrong' }).then((s) => s.answer));
    await send(client.revoke(tokens.access_token).then(({ answer }) => answer));
    await send(bed.send({ ...NOTE, token: tokens.access_token }));
    await send(bed.send({ ...NOTE, token: refresh }));
    await send(bed.send({ ...NOTE, token: appPasswordOf('alice') }));
    for (const path of [
      `/oauth/authorize?client_id=${client.id}&code_verifier=${client.verifier}`,
      `/oauth/login/callback?code=${secrets['unused code'] ?? ''}&state=x`,
      `/nothing?access_token=${tokens.access_token}`,
      `/user?session=${alice.session ?? ''}`,
    ])
      await send(bed.send({ method: 'GET', path }));
    bed.nextcloud.userOf = () => undefined;
    const renewed = secrets['other access token'] ?? '';
    await send(bed.send({ ...NOTE, token: renewed }));
    await send(bed.send({ ...NOTE, token: renewed }));
  });
  after(() => bed.close());

  function expectNone(text: string, where: string, except: readonly string[] = []): void {
    for (const [name, value] of Object.entries(secrets)) {
      expect(value, name).to.have.length.greaterThan(10);
      const encoded = [value, encodeURIComponent(value), Buffer.from(value).toString('base64url')];
      const isThere = encoded.some((one) => text.includes(one));
      expect(isThere && !except.includes(name), `${name} in ${where}`).to.equal(false);
    }
  }

  async function auditRows(): Promise<readonly Readonly<Record<string, unknown>>[]> {
    const rows: Readonly<Record<string, unknown>>[] = [];
    for await (const line of bed.store.audit.exportLines({}))
      rows.push(JSON.parse(line) as Record<string, unknown>);
    return rows;
  }

  it('are in no file of the store in clear', () => {
    const stored = bed.stored();
    expect(stored, 'the files are the right ones').to.contain('SQLite format 3');
    expect(stored).to.contain(client.id);
    expectNone(stored, 'the store');
  });

  it('are not in the store as other bytes of the same value either', () => {
    const stored = bed.stored();
    for (const [name, value] of Object.entries(secrets)) {
      const hex = Buffer.from(value).toString('hex');
      const bytes = Buffer.from(value, 'base64url').toString('latin1');
      expect(stored.includes(hex), `${name} as hex`).to.equal(false);
      expect(bytes.length > 15 && stored.includes(bytes), `${name} decoded`).to.equal(false);
    }
  });

  it('are in no line of the log, at its most talkative', () => {
    expect(bed.log.length).to.be.greaterThan(20);
    expectNone(bed.log.join('\n'), 'the log');
    for (const line of bed.log) expect(line).not.to.match(/code=|state=|flow=|Basic |Bearer ey/);
  });

  it('are in no audit row', async () => {
    expectNone(JSON.stringify(await auditRows()), 'the audit log');
  });

  it('are in no answer to something that went wrong', () => {
    expect(refusals.length).to.equal(14);
    for (const { status, text, headers } of refusals) {
      expect(status === 200 ? text : '', 'an error').to.match(/^$|"error"/);
      // what the last but one says is where to log in: a link made for this answer
      expectNone(text + JSON.stringify(headers), text.slice(0, 80));
      expect(text).not.to.match(/node_modules|\.ts:|\/relay\/|\bat \S+ \(|SQLITE/);
      expect(text).not.to.contain(bed.nextcloud.url);
    }
  });

  it('never went to Nextcloud but where they belong', () => {
    for (const { bytes, url, authorization } of bed.nextcloud.seen) {
      const own = url.startsWith('/index.php/login/v2/poll') ? ['poll token'] : [];
      expectNone(bytes.replace(authorization, ''), url, own);
      expect(authorization).to.be.oneOf(['', `Basic ${secrets['app password as Basic'] ?? ''}`]);
    }
  });

  it('leave an audit log that says who did what with which client, and how it ended', async () => {
    const rows = await auditRows();
    const { subject } = bed.personOf('alice');
    const of = (event: string, outcome: string) =>
      rows.filter((row) => row['event'] === event && row['outcome'] === outcome);
    expect(of('client.registered', 'ok').map(({ clientId }) => clientId)).to.eql([
      client.id,
      secretive.id,
    ]);
    expect(JSON.stringify(of('login', 'ok'))).to.contain(subject);
    for (const event of ['client.authorized', 'token.issued', 'tool.called']) {
      const [row] = of(event, 'ok');
      expect(row, event).to.deep.include({ clientId: client.id });
      expect(JSON.stringify(row), event).to.contain(subject);
    }
    const [replay] = of('token.replayed', 'refused');
    expect(replay, 'a code that came twice').to.deep.include({ clientId: client.id });
    expect(of('token.issued', 'refused').length).to.be.at.least(2);
    expect(JSON.stringify(rows)).not.to.contain(CALLBACK);
  });
});
