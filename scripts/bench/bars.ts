/** What has to hold. */
export interface Bar {
  readonly name: string;
  readonly value: number;
  /** `ratio` bars are least values, all others most values. */
  readonly unit: 'ratio' | 'ms' | 'MB' | 'µs';
  readonly bar: number;
}

export function holds({ value, unit, bar }: Bar): boolean {
  return unit === 'ratio' ? value >= bar : value < bar;
}

/** `pass  0.83 (at least 0.80)  tools/call: gateway / bare SDK server` */
export function barLine(bar: Bar): string {
  const ratio = bar.unit === 'ratio';
  const value = ratio ? bar.value.toFixed(2) : `${plain(bar.value)} ${bar.unit}`;
  const limit = ratio
    ? `at least ${bar.bar.toFixed(2)}`
    : `less than ${String(bar.bar)} ${bar.unit}`;
  return `${holds(bar) ? 'pass' : 'FAIL'}  ${value.padStart(8)}  ${`(${limit})`.padEnd(20)}  ${bar.name}`;
}

function plain(value: number): string {
  return value < 10 ? value.toFixed(1) : String(Math.round(value));
}
