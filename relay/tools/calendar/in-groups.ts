/** Requests of one tool call that are under way at the same time. */
const AT_ONCE = 4;

/** Does work for each item, a few at a time; what fails is told apart, in the order of the items. */
export async function inGroups<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<{ readonly item: Item; readonly outcome: PromiseSettledResult<Result> }[]> {
  const done: { item: Item; outcome: PromiseSettledResult<Result> }[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const group = items.slice(start, start + AT_ONCE);
    const outcomes = await Promise.allSettled(group.map(work));
    for (const [index, item] of group.entries()) {
      const outcome = outcomes[index];
      if (outcome !== undefined) done.push({ item, outcome });
    }
  }
  return done;
}
