import { sql } from 'kysely';
import type { StoreContext } from './context.ts';
import { SEALED_COLUMNS } from './sealed-columns.ts';
import type { SealedColumn } from './sealed-columns.ts';

export interface RotationProgress {
  readonly column: SealedColumn;
  /** Of this column, so far. */
  readonly rewritten: number;
  /** Secrets under a key that was not given, or that were changed; left as they are. */
  readonly unreadable: number;
}

export interface RotationOptions {
  readonly batch?: number | undefined;
  readonly onProgress?: ((progress: RotationProgress) => void) | undefined;
}

interface SealedRow {
  readonly row: string;
  readonly envelope: string;
}

/**
 * Rewrites every secret that is not under the primary key. It can be stopped and run again: rows that are done are not
 * looked at, and a row that somebody changes meanwhile is left to them. With several replicas: give all of them `old,new`
 * first (they can read both), then `new,old`, rotate, then `new` alone.
 *
 * @returns the last progress of each column.
 */
export async function rotateKeys(
  context: StoreContext,
  options: RotationOptions = {},
): Promise<readonly RotationProgress[]> {
  const done: RotationProgress[] = [];
  for (const column of Object.keys(SEALED_COLUMNS) as SealedColumn[]) {
    done.push(await rotateColumn(column, context, options));
  }
  return done;
}

async function rotateColumn(
  column: SealedColumn,
  context: StoreContext,
  { batch = 200, onProgress }: RotationOptions,
): Promise<RotationProgress> {
  let progress: RotationProgress = { column, rewritten: 0, unreadable: 0 };
  for (let after = ''; ;) {
    const rows = await rowsAfter(column, after, batch, context);
    for (const row of rows) {
      const outcome = await rewrite(column, row, context);
      if (outcome !== undefined) progress = { ...progress, [outcome]: progress[outcome] + 1 };
    }
    onProgress?.(progress);
    const last = rows.at(-1);
    if (last === undefined || rows.length < batch) return progress;
    after = last.row;
  }
}

async function rowsAfter(
  column: SealedColumn,
  after: string,
  batch: number,
  { db, secrets }: StoreContext,
): Promise<readonly SealedRow[]> {
  const { table, cell, row } = placeOf(column);
  const { rows } = await sql<SealedRow>`select ${row} as "row", ${cell} as envelope from ${table}
    where ${row} > ${after} and ${cell} not like ${`${secrets.primaryKeyId}.%`}
    order by ${row} limit ${batch}`.execute(db);
  return rows;
}

/** Undefined: somebody changed the row meanwhile. */
async function rewrite(
  column: SealedColumn,
  { row: name, envelope }: SealedRow,
  { db, secrets }: StoreContext,
): Promise<'rewritten' | 'unreadable' | undefined> {
  const { table, cell, row } = placeOf(column);
  let text: string;
  try {
    text = secrets.open(column, name, envelope);
  } catch {
    return 'unreadable';
  }
  const { numAffectedRows } =
    await sql`update ${table} set ${cell} = ${secrets.seal(column, name, text)}
    where ${row} = ${name} and ${cell} = ${envelope}`.execute(db);
  return numAffectedRows === 1n ? 'rewritten' : undefined;
}

function placeOf(column: SealedColumn) {
  const { table, column: cell, row } = SEALED_COLUMNS[column];
  return { table: sql.table(table), cell: sql.ref(cell), row: sql.ref(row) };
}
