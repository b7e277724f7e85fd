import type { StoreContext } from './context.ts';

/** `client`: OAuth client id; `user`: Nextcloud user id or subject; `group`: Nextcloud group id. */
export type RuleKind = 'client' | 'user' | 'group';
export type RuleEffect = 'allow' | 'deny';

export interface AccessRule {
  readonly kind: RuleKind;
  readonly name: string;
  readonly effect: RuleEffect;
  /** Epoch seconds. */
  readonly createdAt: number;
}

/** An administrator's allow and deny lists. */
export interface AccessRules {
  /** One rule per name: allowing takes a denial back, and the other way round. */
  set(kind: RuleKind, name: string, effect: RuleEffect): Promise<void>;
  /** False when there was no rule. */
  remove(kind: RuleKind, name: string): Promise<boolean>;
  list(kind?: RuleKind): Promise<readonly AccessRule[]>;
  /**
   * Whether somebody with these names (a client: one; a person: all their groups) may come in: a denial of any name
   * wins; if anybody is allowed by name, only those are.
   */
  permits(kind: RuleKind, names: readonly string[]): Promise<boolean>;
}

export function accessRulesIn({ db, now }: StoreContext): AccessRules {
  const list = async (kind?: RuleKind): Promise<readonly AccessRule[]> => {
    let query = db.selectFrom('access_rules').selectAll().orderBy('kind').orderBy('name');
    if (kind !== undefined) query = query.where('kind', '=', kind);
    const rows = await query.execute();
    return rows.map((row) => ({
      kind: row.kind as RuleKind,
      name: row.name,
      effect: row.effect as RuleEffect,
      createdAt: row.created_at,
    }));
  };

  return {
    async set(kind, name, effect) {
      await db
        .insertInto('access_rules')
        .values({ kind, name, effect, created_at: now() })
        .onConflict((conflict) => conflict.columns(['kind', 'name']).doUpdateSet({ effect }))
        .execute();
    },

    async remove(kind, name) {
      const removed = await db
        .deleteFrom('access_rules')
        .where('kind', '=', kind)
        .where('name', '=', name)
        .executeTakeFirst();
      return removed.numDeletedRows > 0n;
    },

    list,
    permits: async (kind, names) => permitted(await list(kind), kind, names),
  };
}

/** The rule of `AccessRules.permits`, on a list read before. */
export function permitted(
  rules: readonly AccessRule[],
  kind: RuleKind,
  names: readonly string[],
): boolean {
  const ofKind = rules.filter((rule) => rule.kind === kind);
  const concerned = ofKind.filter((rule) => names.includes(rule.name));
  if (concerned.some((rule) => rule.effect === 'deny')) return false;
  return (
    concerned.some((rule) => rule.effect === 'allow') ||
    !ofKind.some((rule) => rule.effect === 'allow')
  );
}
