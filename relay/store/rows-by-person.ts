import type { Kysely, Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';
import type { Tables } from './schema.ts';

/** Tables with what one person has one of, and of which an administrator sees when it was used. */
type PersonalTable = 'app_passwords' | 'nextcloud_tokens';

type PersonalColumns = Pick<Tables[PersonalTable], 'principal_key' | 'last_used_at'>;

/** What all those tables are asked in the same way. */
export interface RowsByPerson<Row> {
  find(principal: Principal): Promise<Row | undefined>;
  /** Notes the use, to the minute. */
  touch(principal: Principal): Promise<void>;
  /** Gives the row that was there. */
  remove(principal: Principal): Promise<Row | undefined>;
  /** Steady order; go on with `after` = the last one's principal. */
  list(limit: number, after?: Principal): Promise<readonly Row[]>;
}

const TOUCH_SECONDS = 60;

export function rowsByPerson<Table extends PersonalTable>(
  table: Table,
  context: StoreContext,
): RowsByPerson<Selectable<Tables[Table]>> {
  type Row = Selectable<Tables[Table]>;
  const { now } = context;
  // Kysely cannot type a query on a table that is chosen later: what all of them have, and the whole row of the chosen
  const db = context.db as unknown as Kysely<Record<PersonalTable, PersonalColumns>>;
  const named: PersonalTable = table;
  return {
    find: (principal) =>
      db
        .selectFrom(named)
        .selectAll()
        .where('principal_key', '=', principalKey(principal))
        .executeTakeFirst() as Promise<Row | undefined>,

    async touch(principal) {
      await db
        .updateTable(named)
        .set({ last_used_at: now() })
        .where('principal_key', '=', principalKey(principal))
        .where((is) =>
          is.or([is('last_used_at', 'is', null), is('last_used_at', '<=', now() - TOUCH_SECONDS)]),
        )
        .execute();
    },

    remove: (principal) =>
      db
        .deleteFrom(named)
        .where('principal_key', '=', principalKey(principal))
        .returningAll()
        .executeTakeFirst() as Promise<Row | undefined>,

    list: (limit, after) =>
      db
        .selectFrom(named)
        .selectAll()
        .where('principal_key', '>', after === undefined ? '' : principalKey(after))
        .orderBy('principal_key')
        .limit(limit)
        .execute() as unknown as Promise<readonly Row[]>,
  };
}
