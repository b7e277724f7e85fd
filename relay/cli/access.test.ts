import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { silentLogger } from '../log.ts';
import { accountPrincipal } from '../signin/nextcloud-account.ts';
import { parseKeyRing } from '../store/key-ring.ts';
import { openStore } from '../store/store.ts';
import type { Store } from '../store/store.ts';
import { ranWith } from './ran.fixture.ts';
import type { Ran } from './ran.fixture.ts';

const NEXTCLOUD = 'http://127.0.0.1:9';
const GATEWAY = 'http://localhost:8000';

describe('commands for who may come in', () => {
  const key = randomBytes(32).toString('base64');
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'access-commands-'));
    file = join(folder, 'gateway.db');
  });
  afterEach(() => {
    rmSync(folder, { recursive: true });
  });

  const ran = (...words: string[]): Promise<Ran> =>
    ranWith(
      {
        NEXTCLOUD_HOST: NEXTCLOUD,
        NEXTCLOUD_MCP_SERVER_URL: GATEWAY,
        TOKEN_STORAGE_DB: file,
        TOKEN_ENCRYPTION_KEY: key,
      },
      words,
    );

  async function stored<T>(read: (store: Store) => Promise<T>): Promise<T> {
    const store = await openStore({ file, keys: parseKeyRing(key), log: silentLogger });
    try {
      return await read(store);
    } finally {
      await store.close();
    }
  }

  it('say that everybody may come in until there is a rule', async () => {
    expect(await ran('access', 'list')).to.include({
      code: 0,
      out: 'Everybody may come in and work.\n',
    });
  });

  it('keep out, let in, take back, list, and write it into the audit log', async () => {
    expect((await ran('access', 'deny', 'user', 'mallory')).code).to.equal(0);
    const allowed = await ran('access', 'allow', 'group', 'staff');
    expect(allowed.out).to.contain('only those allowed').and.to.contain('every five minutes');
    const { out } = await ran('access', 'list');
    expect(out)
      .to.match(/^deny +user +mallory$/m)
      .and.match(/^allow +group +staff$/m);
    expect((await ran('access', 'forget', 'group', 'staff')).code).to.equal(0);
    const again = await ran('access', 'forget', 'group', 'staff');
    expect(again).to.deep.include({ code: 1, err: 'There is no rule for the group staff.\n' });
    const { rules } = JSON.parse((await ran('access', 'list', '--json')).out) as {
      rules: unknown[];
    };
    expect(rules).to.have.length(1);
    expect((await ran('audit', 'list')).out)
      .to.contain('access.deny')
      .and.to.contain('access.forget');
  });

  it('refuse a kind that there is not, and change nothing', async () => {
    const { code, err } = await ran('access', 'deny', 'robot', 'r2');
    expect(code).to.equal(2);
    expect(err).to.contain('client, user or group');
    expect((await ran('access', 'list')).out).to.contain('Everybody');
  });

  it('let a person only read, named by their Nextcloud user id', async () => {
    expect((await ran('access', 'read-only', 'alice')).out).to.contain('alice may only read now');
    const alice = accountPrincipal(GATEWAY, NEXTCLOUD, 'alice');
    expect(await stored((store) => store.users.isReadOnly(alice))).to.equal(true);
    expect((await ran('access', 'list')).out).to.contain('read only');
    await ran('access', 'read-only', 'alice', '--off');
    expect(await stored((store) => store.users.isReadOnly(alice))).to.equal(false);
  });
});
