import { recordingCoverage, unrecordedTools } from './coverage-table.ts';

/** What the tools explorer says about recordings, as `relay/web/contract-status.json` holds it. */
export function contractFacts(): object {
  const releases = Object.entries(recordingCoverage()).map(([release, coverage]) => {
    const { recorded, refusedOnly } = coverage;
    return [release, { recorded, refusedOnly, unrecorded: unrecordedTools()[release] ?? {} }];
  });
  const generated = 'By "npm run docs". Do not edit.';
  return { generated, releases: Object.fromEntries(releases) as object };
}
