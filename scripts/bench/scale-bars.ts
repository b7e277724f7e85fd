import { MOST_MEGABYTES } from './scale-measure.ts';
import type { Measured } from './scale-measure.ts';

export interface Bar {
  readonly name: string;
  readonly holds: boolean;
  /** The worst that was seen, in words. */
  readonly seen: string;
}

type Row = Pick<Measured, 'label' | 'broken' | 'peakMegabytes' | 'share' | 'requests'>;

/** What the project promises about scale, held against what was measured. Bars nobody measured are left out. */
export function barsOf(rows: readonly Row[]): Bar[] {
  const large = rows.filter(({ label }) => isTransfer(label));
  const others = rows.filter(({ label }) => !isTransfer(label));
  const faults = (kind: RegExp) =>
    rows.flatMap(({ broken }) => broken.filter((one) => kind.test(one)));
  return [
    ...(large.length === 0 ? [] : [memoryBar('A large file goes up and comes down', large)]),
    ...(others.length === 0
      ? []
      : [
          memoryBar('Large collections are read and changed', others),
          countBar(
            'Nothing moves a whole collection to find one item',
            faults(/^\d.*%|^\d+ bytes|^nobody/),
          ),
        ]),
    countBar('Requests of every task stay within their bound', faults(/^\d+ requests/)),
    countBar('Every task did what it should', faults(/^failed/)),
  ];
}

function isTransfer(label: string): boolean {
  return /^(?:up|down)load of /.test(label);
}

function memoryBar(what: string, rows: readonly Row[]): Bar {
  const name = `${what} below ${String(MOST_MEGABYTES)} MB`;
  const known = rows.filter(({ peakMegabytes }) => peakMegabytes !== undefined);
  if (known.length < rows.length) return { name, holds: false, seen: 'not measured here' };
  const most = known.reduce((a, b) => ((b.peakMegabytes ?? 0) > (a.peakMegabytes ?? 0) ? b : a));
  const peak = most.peakMegabytes ?? 0;
  return { name, holds: peak < MOST_MEGABYTES, seen: `${String(peak)} MB, ${most.label}` };
}

function countBar(name: string, faults: readonly string[]): Bar {
  return { name, holds: faults.length === 0, seen: faults[0] ?? 'all' };
}

/** One printed line. */
export function barLine({ name, holds, seen }: Bar): string {
  return `${holds ? 'PASS' : 'FAIL'}  ${name} (${seen})`;
}
