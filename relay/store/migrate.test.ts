import { expect } from 'chai';
import { RelayError } from '../errors.ts';
import { migrations } from './migrations/index.ts';
import { startProcess } from './testing/child-process.ts';
import type { StoreProcess } from './testing/child-process.ts';
import { onEveryStore } from './testing/every-store.ts';
import { alice } from './testing/people.ts';
import { rawSql } from './testing/raw-sql.ts';

onEveryStore('tables', (bed) => {
  it('are made once by processes that start together', async () => {
    const { location, store } = bed();
    await store.close();
    const tables = await rawSql(
      location,
      'file' in location
        ? `select name from sqlite_master where type = 'table' and name not like 'sqlite%'`
        : `select table_name as name from information_schema.tables where table_schema = 'public'`,
    );
    expect(tables.length).to.be.greaterThan(10);
    for (const { name } of tables) await rawSql(location, `drop table "${String(name)}"`);
    const processes: StoreProcess[] = await Promise.all(
      Array.from({ length: 4 }, () => startProcess(bed(), { name: 'open' })),
    );
    for (const one of processes) one.go();
    for (const one of processes) expect((await one.next())?.kind).to.equal('result');
    expect(await rawSql(location, 'select name from store_facts')).to.have.length(1);
    const steps = await rawSql(location, 'select name from kysely_migration order by name');
    expect(steps.map(({ name }) => name)).to.deep.equal(Object.keys(migrations('sqlite')));
  });

  it('and what is in them outlive the process', async () => {
    const { store, open } = bed();
    await store.users.setReadOnly(alice, true);
    await store.close();
    expect(await (await open()).users.isReadOnly(alice)).to.equal(true);
  });

  it('of an older release get what is new, and keep what they hold', async () => {
    const { store, location, open } = bed();
    await store.users.setReadOnly(alice, true);
    await store.close();
    await rawSql(location, 'drop table nextcloud_tokens');
    await rawSql(location, `delete from kysely_migration where name > '0001-first-tables'`);
    const { users, nextcloudTokens } = await open();
    expect(await users.isReadOnly(alice)).to.equal(true);
    expect(await nextcloudTokens.find(alice)).to.equal(undefined);
  });

  it('of a newer release are left alone', async () => {
    const { location, open } = bed();
    await rawSql(
      location,
      `insert into kysely_migration (name, timestamp) values ('9999-later', '2026-01-02T00:00:00Z')`,
    );
    const error: unknown = await open().catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(RelayError).with.property('code', 'configuration');
    expect((error as RelayError).message).to.contain('newer release');
  });

  it('answer a ping', async () => {
    await bed().store.ping();
    await bed().store.close();
    const error: unknown = await bed()
      .store.ping()
      .catch((reason: unknown) => reason);
    expect(error).to.be.instanceOf(Error);
  });
});
