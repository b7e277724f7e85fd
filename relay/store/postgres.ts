import { PostgresDialect } from 'kysely';
import pg from 'pg';
import type { Logger } from '../log.ts';

/** `bigint`: 64 bits, which the driver gives as text. Ours are times and counters far below 2^53. */
const { INT8 } = pg.types.builtins;

const types: pg.CustomTypesConfig = {
  getTypeParser: (type, format) =>
    type === INT8 ? Number : (pg.types.getTypeParser(type, format) as unknown),
};

export function postgresDialect(url: string, log: Logger): PostgresDialect {
  const pool = new pg.Pool({
    connectionString: url,
    max: 10,
    connectionTimeoutMillis: 10_000,
    statement_timeout: 30_000,
    application_name: 'nextcloud-mcp-gateway',
    types,
  });
  // a connection that breaks while idle is replaced by the next query; unheard, the event would end the process
  pool.on('error', (cause) => log.warn('a connection to the database broke', { cause }));
  return new PostgresDialect({ pool });
}
