type Row = Record<string, unknown>;

/** Everything an identity provider of the tests keeps, by model and id, for tests to look at. */
export type Kept = Map<string, Row>;

/** The adapter of one model: the library's own would warn on every start that it keeps nothing for good. */
export function rowsOf(kept: Kept, model: string): object {
  const by = (name: string, value: string): Row | undefined =>
    [...kept].find(([key, row]) => key.startsWith(`${model} `) && row[name] === value)?.[1];
  const of = (id: string): string => `${model} ${id}`;
  return {
    upsert(id: string, row: Row) {
      kept.set(of(id), { ...row });
      return Promise.resolve();
    },
    find: (id: string) => Promise.resolve(kept.get(of(id))),
    findByUid: (uid: string) => Promise.resolve(by('uid', uid)),
    findByUserCode: () => Promise.resolve(undefined),
    consume(id: string) {
      const row = kept.get(of(id));
      if (row !== undefined) row['consumed'] = Math.floor(Date.now() / 1000);
      return Promise.resolve();
    },
    destroy: (id: string) => Promise.resolve(kept.delete(of(id))),
    revokeByGrantId(grantId: string) {
      for (const [key, row] of kept) if (row['grantId'] === grantId) kept.delete(key);
      return Promise.resolve();
    },
  };
}
