import { existsSync } from 'node:fs';
import { expect } from 'chai';
import pg from 'pg';
import { findProgram, startPostgres } from './postgres.ts';

describe('the PostgreSQL of the tests', () => {
  it('says what to install when it is missing', () => {
    expect(() => findProgram('initdb', ['/nowhere'])).to.throw('apt-get install postgresql');
  });

  it('is a real one, and leaves nothing behind', async () => {
    const postgres = await startPostgres();
    const url = await postgres.newDatabase();
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    const { rows } = await client.query<{ version: string }>('select version()');
    await client.end();
    expect(rows[0]?.version).to.match(/^PostgreSQL \d+/);
    const folder = new URL(url.replace('@/', '@local/')).searchParams.get('host') ?? '';
    expect(existsSync(folder)).to.equal(true);
    await postgres.stop();
    expect(existsSync(folder)).to.equal(false);
  });
});
