import { sql } from 'kysely';
import type { StoreContext } from './context.ts';
import type { Tables } from './schema.ts';

export interface SweepOptions {
  /** Rows of one statement; other writers get in between. Default 500. */
  readonly batch?: number | undefined;
  /** Age at which audit entries go. Default 90 days. */
  readonly auditDays?: number | undefined;
}

/** Rows deleted, by table. */
export type Swept = Readonly<Record<string, number>>;

const DAY = 86_400;
/** A used refresh token is kept this long, to recognise a replay; after that its replay is just an unknown token. */
const CONSUMED_SECONDS = DAY;
/** A replica whose clock runs behind may still accept what has expired here. */
const CLOCK_MARGIN_SECONDS = 3_600;

interface Rule {
  readonly table: keyof Tables;
  readonly key: string;
  /** A column and the time up to which its rows are over. */
  readonly column: string;
  readonly upTo: (now: number, options: SweepOptions) => number;
}

const RULES: readonly Rule[] = [
  { table: 'flows', key: 'id_hash', column: 'keep_until', upTo: (now) => now },
  { table: 'sessions', key: 'id_hash', column: 'expires_at', upTo: (now) => now },
  { table: 'sessions', key: 'id_hash', column: 'idle_expires_at', upTo: (now) => now },
  { table: 'oidc_artifacts', key: 'id_hash', column: 'expires_at', upTo: (now) => now },
  {
    table: 'oidc_artifacts',
    key: 'id_hash',
    column: 'consumed_at',
    upTo: (now) => now - CONSUMED_SECONDS,
  },
  {
    table: 'used_tokens',
    key: 'id_hash',
    column: 'expires_at',
    upTo: (now) => now - CLOCK_MARGIN_SECONDS,
  },
  { table: 'server_keys', key: 'key_id', column: 'expires_at', upTo: (now) => now },
  { table: 'grants', key: 'principal_key', column: 'expires_at', upTo: (now) => now },
  {
    table: 'audit_log',
    key: 'id',
    column: 'at',
    upTo: (now, { auditDays = 90 }) => now - auditDays * DAY,
  },
];

/**
 * Deletes what is over, in small statements, so that requests are not held up. Safe to run in every replica, and to stop
 * at any moment.
 */
export async function sweep(context: StoreContext, options: SweepOptions = {}): Promise<Swept> {
  const swept: Record<string, number> = {};
  for (const rule of RULES) {
    swept[rule.table] = (swept[rule.table] ?? 0) + (await sweepBy(rule, context, options));
  }
  return swept;
}

async function sweepBy(rule: Rule, context: StoreContext, options: SweepOptions): Promise<number> {
  const { batch = 500 } = options;
  const limit = rule.upTo(context.now(), options);
  const [table, key, column] = [sql.table(rule.table), sql.ref(rule.key), sql.ref(rule.column)];
  for (let total = 0; ;) {
    // asked twice: a row that was prolonged between choosing and deleting stays
    const statement = sql`delete from ${table} where ${column} <= ${limit} and ${key} in
      (select ${key} from ${table} where ${column} <= ${limit} limit ${batch})`;
    const { numAffectedRows = 0n } = await statement.execute(context.db);
    total += Number(numAffectedRows);
    if (numAffectedRows < BigInt(batch)) return total;
  }
}
