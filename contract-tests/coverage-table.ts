import { readFileSync } from 'node:fs';
import { RELEASES, releaseTable } from '../openapi/index.ts';
import { composedTools } from '../relay/tools/index.ts';
import { readRecordings } from './recording.ts';

export interface ReleaseCoverage {
  /** Number of exposed tools. */
  readonly tools: number;
  /** Tools whose call reached a real server. */
  readonly recorded: readonly string[];
  /** Recorded tools that the server only ever refused (nothing but 4xx and 5xx). */
  readonly refusedOnly: readonly string[];
  /** Tools without a recording whose reason is written down. */
  readonly listed: readonly string[];
  readonly missing: readonly string[];
  /** Entries of the list that have a recording by now, or are no tools. */
  readonly stale: readonly string[];
}

/** `unrecorded.json`: release → reason → tools. The list only shrinks. */
export type Unrecorded = Readonly<Record<string, Readonly<Record<string, readonly string[]>>>>;

export function unrecordedTools(): Unrecorded {
  return JSON.parse(
    readFileSync(new URL('./unrecorded.json', import.meta.url), 'utf8'),
  ) as Unrecorded;
}

export function recordingCoverage(): Record<string, ReleaseCoverage> {
  const coverage: Record<string, ReleaseCoverage> = {};
  for (const release of RELEASES) {
    const table = releaseTable(release);
    const tools = [
      ...Object.keys(table.tools),
      ...composedTools
        .filter(({ app }) => app === undefined || app in table.apps)
        .map(({ name }) => name),
    ].sort();
    coverage[release] = releaseCoverage(release, tools);
  }
  return coverage;
}

function releaseCoverage(release: string, tools: readonly string[]): ReleaseCoverage {
  const answered = new Set<string>();
  const called = new Set<string>();
  for (const { caller, response } of readRecordings(release).flatMap(
    (recording) => recording.exchanges,
  )) {
    called.add(caller);
    if (response.status < 400) answered.add(caller);
  }
  const reasons = Object.values(unrecordedTools()[release] ?? {}).flat();
  const recorded = tools.filter((tool) => called.has(tool));
  return {
    tools: tools.length,
    recorded,
    refusedOnly: recorded.filter((tool) => !answered.has(tool)),
    listed: reasons.filter((tool) => tools.includes(tool)),
    missing: tools.filter((tool) => !called.has(tool) && !reasons.includes(tool)),
    stale: reasons.filter((tool) => called.has(tool) || !tools.includes(tool)),
  };
}
