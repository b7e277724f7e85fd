/**
 * The known name closest to a mistyped one, for "did you mean": at most a third of its letters differ, or one
 * contains the other. Undefined when nothing is close enough to be worth saying.
 */
export function nearest(name: string, known: Iterable<string>): string | undefined {
  const wanted = normal(name);
  let best: string | undefined;
  let bestDistance = Math.max(1, Math.floor(wanted.length / 3)) + 1;
  for (const candidate of known) {
    const distance = editDistance(wanted, normal(candidate), bestDistance);
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best ?? containing(wanted, known);
}

/** " Did you mean x?" or nothing. */
export function didYouMean(name: string, known: Iterable<string>): string {
  const suggestion = nearest(name, known);
  return suggestion === undefined ? '' : ` Did you mean ${suggestion}?`;
}

/** The known name that this one is but for a slip: two letters at most, of names long enough to be nobody else's. */
export function slipOf(name: string, known: Iterable<string>): string | undefined {
  const wanted = normal(name);
  for (const candidate of known) {
    const meant = normal(candidate);
    if (meant.length >= 10 && editDistance(wanted, meant, 3) < 3) return candidate;
  }
  return undefined;
}

/** `noteId`, `note-id` and `NOTE_ID` are the same mistake. */
function normal(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function containing(wanted: string, known: Iterable<string>): string | undefined {
  if (wanted.length < 4) return undefined;
  for (const candidate of known) {
    const other = normal(candidate);
    if (other.includes(wanted) || (other.length >= 4 && wanted.includes(other))) return candidate;
  }
  return undefined;
}

/** Levenshtein distance with neighbouring swaps counted once; gives `limit` as soon as it cannot be lower. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit;
  let twoBack: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min(
        at(previous, j) + 1,
        at(row, j - 1) + 1,
        at(previous, j - 1) + (same ? 0 : 1),
      );
      const swapped = i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1];
      if (swapped) cost = Math.min(cost, at(twoBack, j - 2) + 1);
      row.push(cost);
    }
    if (Math.min(...row) >= limit) return limit;
    twoBack = previous;
    previous = row;
  }
  return at(previous, b.length);
}

function at(row: readonly number[], index: number): number {
  return row[index] ?? Number.POSITIVE_INFINITY;
}
