import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { expect } from 'chai';
import { RelayError } from '../errors.ts';
import { silentLogger } from '../log.ts';
import { parseKeyRing } from './key-ring.ts';
import { openStore } from './store.ts';
import type { StoreLocation } from './store.ts';
import { rawSql } from './testing/raw-sql.ts';

const keys = parseKeyRing('ab'.repeat(32));
const open = (location: StoreLocation) => openStore({ ...location, keys, log: silentLogger });

async function failure(location: StoreLocation): Promise<RelayError> {
  const error: unknown = await open(location).catch((reason: unknown) => reason);
  expect(error).to.be.instanceOf(RelayError);
  return error as RelayError;
}

describe('opening a store', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'store-open-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  const modeOf = (file: string): string => (statSync(file).mode & 0o777).toString(8);

  it('makes files and folders that only their owner can read', async () => {
    const file = join(folder, 'new', 'folder', 'gateway.db');
    const store = await open({ file });
    expect([file, `${file}-wal`, `${file}-shm`].map(modeOf)).to.deep.equal(['600', '600', '600']);
    expect(modeOf(dirname(file))).to.equal('700');
    await store.close();
  });

  it('closes a file that was open to others, and leaves the folder of others alone', async () => {
    const file = join(folder, 'gateway.db');
    writeFileSync(file, '', { mode: 0o644 });
    chmodSync(folder, 0o755);
    await (await open({ file })).close();
    expect([modeOf(file), modeOf(folder)]).to.deep.equal(['600', '755']);
  });

  it('keeps a write-ahead log, so that readers and a writer do not wait for each other', async () => {
    const file = join(folder, 'gateway.db');
    await (await open({ file })).close();
    const [mode] = await rawSql({ file }, 'pragma journal_mode');
    expect(mode).to.have.property('journal_mode', 'wal');
  });

  it('says so when the file is none', async () => {
    const file = join(folder, 'gateway.db');
    writeFileSync(file, 'this is not a database'.repeat(100));
    expect(await failure({ file })).to.include({ code: 'unavailable' });
    expect(await failure({ file: folder })).to.include({ code: 'unavailable' });
  });

  it('says so when the server is not there, without the password', async () => {
    const error = await failure({ url: 'postgres://gateway:planted-secret@127.0.0.1:9/gateway' });
    expect(error).to.include({ code: 'unavailable', retryable: true });
    expect(`${error.message} ${error.hint}`).to.not.contain('planted-secret');
  });

  it('refuses an address of another kind of database', async () => {
    const error = await failure({ url: 'mysql://gateway:planted-secret@127.0.0.1/gateway' });
    expect(error).to.include({ code: 'configuration' });
    expect(`${error.message} ${error.hint}`).to.not.contain('planted-secret');
  });
});
