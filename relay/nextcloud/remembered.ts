import NodeCache from 'node-cache';

/** Answers kept for a while, per key; callers who ask at the same time share one question. */
export interface Remembered<T> {
  get(key: string, ask: () => Promise<T>): Promise<T>;
}

export function remember<T>(seconds: number): Remembered<T> {
  const cache = new NodeCache({
    stdTTL: seconds,
    checkperiod: Math.max(seconds, 60),
    useClones: false,
  });
  return {
    get(key, ask) {
      const known = cache.get<Promise<T>>(key);
      if (known !== undefined) return known;
      const asked = ask();
      cache.set(key, asked);
      // a failure is not an answer; whoever comes next asks again
      asked.catch(() => cache.get(key) === asked && cache.del(key));
      return asked;
    },
  };
}
