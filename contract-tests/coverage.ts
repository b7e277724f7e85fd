import { parseArgs } from 'node:util';
import { recordingCoverage } from './coverage-table.ts';

const { values } = parseArgs({
  options: { json: { type: 'boolean', default: false }, help: { type: 'boolean', default: false } },
});
if (values.help) {
  process.stdout.write(`Which tools have a recording from a real server, per release.

  npm run contract:coverage [-- --json]

Exit code 1 when a tool has no recording and does not stand in contract-tests/unrecorded.json,
or stands there without need.
`);
  process.exit(0);
}

const coverage = recordingCoverage();
if (values.json) {
  process.stdout.write(`${JSON.stringify(coverage, null, 2)}\n`);
} else {
  for (const [release, row] of Object.entries(coverage)) {
    process.stdout.write(
      `Nextcloud ${release}: ${row.recorded.length} of ${row.tools} tools recorded ` +
        `(${row.refusedOnly.length} of them only refused), ${row.listed.length} listed with a reason, ` +
        `${row.missing.length} missing, ${row.stale.length} listed without need\n`,
    );
    for (const tool of row.missing) process.stdout.write(`  missing: ${tool}\n`);
    for (const tool of row.stale) process.stdout.write(`  stale:   ${tool}\n`);
  }
}
process.exitCode = Object.values(coverage).some((row) => row.missing.length + row.stale.length > 0)
  ? 1
  : 0;
