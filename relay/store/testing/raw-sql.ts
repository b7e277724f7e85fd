import { existsSync, readFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import pg from 'pg';
import type { StoreLocation } from '../store.ts';

type Row = Record<string, unknown>;

/** One statement on the database itself, past the store: what somebody with access to it could do. */
export async function rawSql(location: StoreLocation, statement: string): Promise<Row[]> {
  if ('file' in location) {
    const database = new DatabaseSync(location.file, { timeout: 5_000 });
    try {
      return database.prepare(statement).all();
    } finally {
      database.close();
    }
  }
  const client = new pg.Client({ connectionString: location.url });
  await client.connect();
  try {
    return (await client.query<Row>(statement)).rows;
  } finally {
    await client.end();
  }
}

/** All that lies in the database: the bytes of SQLite's files, or every row PostgreSQL has. */
export async function everythingStored(location: StoreLocation): Promise<string> {
  if ('file' in location) {
    const files = ['', '-wal', '-shm'].map((suffix) => location.file + suffix).filter(existsSync);
    return files.map((file) => readFileSync(file, 'latin1')).join('\n');
  }
  const tables = await rawSql(
    location,
    `select table_name from information_schema.tables where table_schema = 'public'`,
  );
  const contents: string[] = [];
  for (const { table_name } of tables) {
    const rows = await rawSql(location, `select * from "${String(table_name)}"`);
    contents.push(JSON.stringify({ table_name, rows }));
  }
  return contents.join('\n');
}
