import type { Chance } from './chance.ts';
import type { Death } from './doomed.ts';

type DeathAt = Extract<Death, { kind: 'at' }>;

/** Where a process can be held that takes these steps. */
export function haltsOf(steps: readonly string[]): string[] {
  return steps.flatMap((step) => [`before ${step}`, `after ${step}`]);
}

/** A death before and one after each step. */
export function everyHalt(steps: readonly string[]): DeathAt[] {
  const halts = haltsOf(steps);
  return halts.map((place, index) => ({
    kind: 'at',
    place,
    count: halts.slice(0, index + 1).filter((one) => one === place).length,
  }));
}

/** Mostly in the middle of a step. `longestMs`: about what all of them take. */
export function randomDeath(chance: Chance, steps: readonly string[], longestMs: number): Death {
  const at = chance.pick(everyHalt(steps));
  switch (chance.below(5)) {
    case 0:
      return at;
    case 1:
      return { kind: 'anywhere', afterMs: chance.below(longestMs) };
    default: {
      const place = at.place.replace('after', 'before');
      return { kind: 'inside', place, count: at.count, afterMs: chance.below(10) };
    }
  }
}

export function nameOf(death: Death): string {
  switch (death.kind) {
    case 'at':
      return `${death.place} (${String(death.count)})`;
    case 'inside':
      return `${death.place.replace('before', 'inside')} (${String(death.count)})`;
    case 'anywhere':
      return 'anywhere';
  }
}
