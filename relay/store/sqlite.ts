import { chmodSync, closeSync, mkdirSync, openSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { SQLInputValue } from 'node:sqlite';
import { SqliteAdapter, SqliteDialect } from 'kysely';
import type { DialectAdapter, SqliteDatabase, SqliteStatement } from 'kysely';

/** How long a statement waits for another process that is writing. */
const BUSY_TIMEOUT_MS = 5_000;

/**
 * Kysely's SQLite dialect over the SQLite that Node brings. The file is readable by its owner only (0600, also the
 * `-wal` and `-shm` files, which inherit it), a folder made for it 0700.
 */
export class NodeSqliteDialect extends SqliteDialect {
  constructor(file: string) {
    super({ database: new KyselyDatabase(openFile(file)) });
  }

  /** SQLite can roll back `create table`; Kysely assumes it cannot, and then migrates without a transaction. */
  override createAdapter(): DialectAdapter {
    return new TransactionalAdapter();
  }
}

class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl(): boolean {
    return true;
  }
}

function openFile(file: string): DatabaseSync {
  mkdirSync(dirname(file), { recursive: true, mode: 0o700 });
  closeSync(openSync(file, 'a', 0o600));
  // the file may be older than this rule
  chmodSync(file, 0o600);
  const database = new DatabaseSync(file, {
    timeout: BUSY_TIMEOUT_MS,
    enableForeignKeyConstraints: true,
  });
  // FULL: a rotated refresh token must survive a power cut once the rotation was reported as stored
  database.exec('pragma journal_mode = wal; pragma synchronous = full; pragma secure_delete = on;');
  return database;
}

class KyselyDatabase implements SqliteDatabase {
  readonly #database: DatabaseSync;

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  /**
   * A transaction that reads first and writes later would fail at once, without waiting, when another process wrote in
   * between; so each takes the write lock at its start.
   */
  prepare(sql: string): SqliteStatement {
    const statement = this.#database.prepare(sql === 'begin' ? 'begin immediate' : sql);
    const values = (parameters: readonly unknown[]): SQLInputValue[] =>
      parameters as SQLInputValue[];
    return {
      reader: statement.columns().length > 0,
      all: (parameters) => statement.all(...values(parameters)),
      run: (parameters) => statement.run(...values(parameters)),
      iterate: (parameters) => statement.iterate(...values(parameters)),
    };
  }

  close(): void {
    this.#database.close();
  }
}
