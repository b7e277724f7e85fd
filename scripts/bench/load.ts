import autocannon from 'autocannon';
import type { Message } from './messages.ts';

/** One server under load with one kind of request. */
export interface Side {
  readonly url: string;
  /** A plain GET where there is none. */
  readonly message?: Message;
}

export interface LoadOptions {
  /** Of each measurement. */
  readonly seconds: number;
  /** Answers of each side before the first: what runs often has to be compiled by then, on a slow machine too. */
  readonly warmUpAnswers: number;
  readonly rounds: number;
}

export const CONNECTIONS = 16;

/** Answers after which another side has its turn at being warmed. */
const WARM_UP_TURN = 5000;

/**
 * Answers per second of each side, round by round: in turn, so that whatever else the machine does hits all alike. Take
 * few sides at once: a process that idles for eight seconds gives its memory back, and is slow until it has it again.
 */
export async function inTurn<Name extends string>(
  sides: Readonly<Record<Name, Side>>,
  { seconds, warmUpAnswers, rounds }: LoadOptions,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(sides) as Name[];
  const rates = Object.fromEntries(names.map((name) => [name, []])) as unknown as Record<
    Name,
    number[]
  >;
  for (let answers = 0; answers < warmUpAnswers; answers += WARM_UP_TURN) {
    const amount = Math.min(WARM_UP_TURN, warmUpAnswers - answers);
    for (const name of names) await perSecond(sides[name], { amount });
  }
  for (let round = 0; round < rounds; round += 1) {
    for (const name of names) rates[name].push(await perSecond(sides[name], { duration: seconds }));
  }
  return rates;
}

/** @throws Error when anything but a success was answered */
async function perSecond(
  { url, message }: Side,
  howLong: { readonly amount: number } | { readonly duration: number },
): Promise<number> {
  const result = await autocannon({
    url,
    connections: CONNECTIONS,
    ...howLong,
    ...(message === undefined ? {} : { method: 'POST', ...message }),
  });
  if (result.errors + result.non2xx > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.average;
}

/** Neighbours in time are compared, then the middle is taken: a busy second hits both or counts once. */
export function medianRatio(one: readonly number[], other: readonly number[]): number {
  return median(one.map((value, round) => value / (other[round] ?? Number.NaN)));
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
