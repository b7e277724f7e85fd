import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { RelayError } from '../errors.ts';
import { parseKeyRing } from './key-ring.ts';
import { SEALED_COLUMNS } from './sealed-columns.ts';
import { onEveryStore } from './testing/every-store.ts';
import { PLANTED, fill, readBack } from './testing/fill.ts';
import { alice, bob } from './testing/people.ts';
import { everythingStored, rawSql } from './testing/raw-sql.ts';

const newKey = (): string => randomBytes(32).toString('base64');
/** Only these are looked up, never read back. */
const HASHED_ONLY: readonly string[] = [PLANTED.usedToken];

async function failure(promise: Promise<unknown>): Promise<RelayError> {
  const error: unknown = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  expect(error).to.be.instanceOf(RelayError);
  return error as RelayError;
}

onEveryStore('secrets at rest', (bed) => {
  it('lie nowhere in clear, and neither do ids that open something', async () => {
    const { store, location, key } = bed();
    const filled = await fill(store);
    const stored = await everythingStored(location);
    expect(stored, 'the search finds what is there').to.contain('notes:read');
    for (const secret of [...Object.values(PLANTED), ...Object.values(filled), key]) {
      expect(stored).to.not.contain(secret);
      expect(stored).to.not.contain(Buffer.from(secret).toString('base64url').slice(0, 24));
      expect(stored).to.not.contain(Buffer.from(secret).toString('hex').slice(0, 24));
    }
    const readable = await readBack(store, filled);
    const expected = Object.values(PLANTED).filter((secret) => !HASHED_ONLY.includes(secret));
    for (const secret of expected) expect(readable).to.contain(secret);
  });

  it('are refused when moved to another row or changed', async () => {
    const { store, location } = bed();
    await fill(store);
    const ofAlice = `(select refresh_token from grants where subject = 'alice')`;
    await rawSql(location, `update grants set refresh_token = ${ofAlice} where subject = 'bob'`);
    const moved = await failure(store.grants.startRefresh(bob, 30));
    expect(moved).to.include({ code: 'internal' });
    expect(moved.message).to.contain('changed or moved');
    await rawSql(location, `update app_passwords set app_password = ${ofAlice}`);
    expect((await failure(store.appPasswords.find(alice))).message).to.contain('changed or moved');
    await rawSql(location, `update server_keys set material = substr(material, 1, 30)`);
    await failure(store.serverKeys.list('signing'));
  });

  it('go over to a new key, while the old one still reads', async () => {
    const { store, open, location, key } = bed();
    const filled = await fill(store);
    const next = newKey();
    const both = await open(`${next},${key}`);
    const before = await readBack(both, filled);
    const progress = await both.rotateKeys();
    expect(progress.map(({ column }) => column)).to.deep.equal(Object.keys(SEALED_COLUMNS));
    for (const { column, rewritten, unreadable } of progress) {
      expect(rewritten, column).to.be.at.least(1);
      expect(unreadable, column).to.equal(0);
    }
    const alone = await open(next);
    expect(await readBack(alone, filled)).to.have.length(before.length);
    expect((await failure(open(key))).code).to.equal('configuration');
    const { id } = parseKeyRing(next).primary;
    for (const { table, column } of Object.values(SEALED_COLUMNS)) {
      const rows = await rawSql(location, `select ${column} as envelope from ${table}`);
      for (const { envelope } of rows) expect(envelope, table).to.match(new RegExp(`^${id}\\.`));
    }
  });

  it('go on going over after an interruption, without doing anything twice', async () => {
    const { store, open, key } = bed();
    for (let index = 0; index < 25; index += 1) {
      await store.serverKeys.add('signing', `material ${String(index)}`);
    }
    const both = await open(`${newKey()},${key}`);
    const stop = new Error('stopped');
    const interrupted: unknown = await both
      .rotateKeys({
        batch: 10,
        onProgress: ({ column, rewritten }) => {
          if (column === 'server_keys.material' && rewritten === 20) throw stop;
        },
      })
      .catch((error: unknown) => error);
    expect(interrupted).to.equal(stop);
    const rest = await both.rotateKeys({ batch: 10 });
    expect(rest.find(({ column }) => column === 'server_keys.material')?.rewritten).to.equal(5);
    const nothing = await both.rotateKeys();
    expect(nothing.every(({ rewritten }) => rewritten === 0)).to.equal(true);
    expect(await both.serverKeys.list('signing')).to.have.length(25);
  });

  it('that cannot be read are counted, left alone, and do not stop the others', async () => {
    const { store, open, location, key } = bed();
    await fill(store);
    await rawSql(location, `update grants set refresh_token = 'x.y.z.w' where subject = 'bob'`);
    const both = await open(`${newKey()},${key}`);
    const [, grants] = await both.rotateKeys();
    expect(grants).to.deep.equal({ column: 'grants.refresh_token', rewritten: 1, unreadable: 1 });
    expect(await rawSql(location, `select refresh_token from grants where subject = 'bob'`))
      .to.have // prettier-ignore
      .deep.nested.property('[0].refresh_token', 'x.y.z.w');
  });

  it('need the key they were made with, from the start on', async () => {
    const error = await failure(bed().open(newKey()));
    expect(error).to.include({ code: 'configuration' });
    expect(error.message).to.contain('another key');
  });

  it('stand in every column that is declared so', async () => {
    const { store, location } = bed();
    await fill(store);
    for (const { table, column } of Object.values(SEALED_COLUMNS)) {
      const rows = await rawSql(location, `select ${column} as envelope from ${table}`);
      expect(rows, table).to.not.be.empty;
      for (const { envelope } of rows) {
        expect(envelope, table).to.match(/^[0-9a-f]{16}\.[\w-]{16}\.[\w-]+\.[\w-]{22}$/);
      }
    }
  });
});
