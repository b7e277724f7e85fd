/** A value and the epoch second from which it may not be given out any more. */
export interface Perishable<T> {
  readonly value: T;
  readonly until: number;
}

/** Values that go off, by key. Callers who ask for one key at the same time share one question. */
export interface PerishableCache<T> {
  get(key: string, ask: () => Promise<Perishable<T>>): Promise<T>;
  /** Forgets a value if it is still the one meant; a newer one stays. */
  drop(key: string, meant: (value: T) => boolean): void;
}

/** `limit` values at most; the one used longest ago goes first. `now` in epoch seconds. */
export function perishableCache<T>(now: () => number, limit = 10_000): PerishableCache<T> {
  const kept = new Map<string, Perishable<T>>();
  const flights = new Map<string, Promise<T>>();

  function keep(key: string, item: Perishable<T>): void {
    kept.delete(key);
    if (item.until <= now()) return;
    kept.set(key, item);
    const [oldest] = kept.keys();
    if (kept.size > limit && oldest !== undefined) kept.delete(oldest);
  }

  function fly(key: string, ask: () => Promise<Perishable<T>>): Promise<T> {
    const flight = ask()
      .then((item) => {
        keep(key, item);
        return item.value;
      })
      .finally(() => flights.delete(key));
    flights.set(key, flight);
    return flight;
  }

  return {
    get(key, ask) {
      const known = kept.get(key);
      if (known === undefined || known.until <= now()) return flights.get(key) ?? fly(key, ask);
      // back to the end: the map's order is the order of use
      kept.delete(key);
      kept.set(key, known);
      return Promise.resolve(known.value);
    },
    drop(key, meant) {
      const known = kept.get(key);
      if (known !== undefined && meant(known.value)) kept.delete(key);
    },
  };
}
