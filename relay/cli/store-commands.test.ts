import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { silentLogger } from '../log.ts';
import { parseKeyRing } from '../store/key-ring.ts';
import { openStore } from '../store/store.ts';
import type { Store } from '../store/store.ts';
import { startLocalNextcloud } from '../testing/local-nextcloud.ts';
import type { LocalNextcloud } from '../testing/local-nextcloud.ts';
import { ranWith } from './ran.fixture.ts';
import type { Ran } from './ran.fixture.ts';

const ISSUER = 'http://127.0.0.1:9/issuer';
const ALICE = { issuer: ISSUER, subject: 'alice' };
const SECRET = 'app-password-that-is-never-shown';

describe('commands for the store', () => {
  const [first, second] = [randomBytes(32).toString('base64'), randomBytes(32).toString('base64')];
  let folder: string;
  let file: string;
  let nextcloud: LocalNextcloud;

  const opened = (keys = first): Promise<Store> =>
    openStore({ file, keys: parseKeyRing(keys), log: silentLogger });

  beforeEach(async () => {
    folder = mkdtempSync(join(tmpdir(), 'store-commands-'));
    file = join(folder, 'gateway.db');
    nextcloud = await startLocalNextcloud(({ method }) =>
      method === 'DELETE' ? { json: { ocs: { meta: { statuscode: 200 }, data: [] } } } : undefined,
    );
    const store = await opened();
    await store.appPasswords.save(ALICE, {
      appPassword: SECRET,
      loginName: 'alice',
      userId: 'alice',
      server: nextcloud.url,
      scopes: null,
    });
    const correlationId = 'request-1';
    await store.audit.record({
      event: 'tool.called',
      outcome: 'ok',
      principal: ALICE,
      target: 'x',
      correlationId,
    });
    await store.audit.record({ event: 'other', outcome: 'refused' });
    await store.close();
  });
  afterEach(async () => {
    await nextcloud.close();
    rmSync(folder, { recursive: true });
  });

  const ran = (words: readonly string[], keys = first): Promise<Ran> =>
    ranWith(
      {
        NEXTCLOUD_HOST: nextcloud.url,
        OIDC_ISSUER: ISSUER,
        TOKEN_STORAGE_DB: file,
        TOKEN_ENCRYPTION_KEY: keys,
      },
      words,
    );

  it('grants list shows who allowed what, and no secret', async () => {
    const { code, out } = await ran(['grants', 'list']);
    expect(code).to.equal(0);
    expect(out)
      .to.match(/alice +app password +\d{4}-.* +in use/)
      .and.not.to.contain(SECRET);
    const listed = JSON.parse((await ran(['grants', 'list', '--json'])).out) as unknown[];
    expect(listed[0]).to.include({ subject: 'alice', issuer: ISSUER, kind: 'app password' });
  });

  it('grants revoke deletes it here and at Nextcloud', async () => {
    expect(await ran(['grants', 'revoke', 'bob'])).to.include({ code: 1 });
    const { code, out } = await ran(['grants', 'revoke', 'alice']);
    expect([code, out]).to.eql([0, 'Taken back, here and at its source.\n']);
    expect(nextcloud.seen.map(({ method }) => method)).to.include('DELETE');
    const store = await opened();
    expect(await store.appPasswords.find(ALICE)).to.equal(undefined);
    await store.close();
  });

  it('audit list and export show what happened, filtered', async () => {
    const { out } = await ran(['audit', 'list', '--subject', 'alice']);
    expect(out).to.contain('tool.called').and.to.contain('request-1').and.not.to.contain('other');
    const lines = (await ran(['audit', 'export'])).out.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { event: string }).event)).to.eql([
      'tool.called',
      'other',
    ]);
    expect((await ran(['audit', 'export', '--since', '2999-01-01'])).out).to.equal('');
    expect(await ran(['audit', 'list', '--since', 'yesterday-ish'])).to.include({ code: 2 });
  });

  it('keys rotate moves every secret to the new key', async () => {
    const { code, out } = await ran(['keys', 'rotate'], `${second},${first}`);
    expect(code).to.equal(0);
    expect(out).to.match(/^[1-9]\d* secrets/);
    const store = await opened(second);
    expect((await store.appPasswords.find(ALICE))?.appPassword).to.equal(SECRET);
    await store.close();
    const { code: refused, err } = await ran(['grants', 'list']);
    expect(refused).to.equal(1);
    expect(err).to.match(/encrypted with another key\.\n {2}→ Set TOKEN_ENCRYPTION_KEY/);
  });

  it('are refused where a single user is served', async () => {
    const { code, err } = await ranWith({}, ['grants', 'list']);
    expect([code, err.includes('OIDC_DISCOVERY_URL')]).to.eql([2, true]);
  });
});
