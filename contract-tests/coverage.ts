import { parseArgs } from 'node:util';
import { runCommand } from '../openapi/pipeline/command.ts';
import { recordingCoverage } from './coverage-table.ts';

const HELP = `
Which tools have a recording from a real server, per release.

  npm run contract:coverage [-- --json]

Exit codes: 0 fine, 1 a tool has no recording and does not stand in contract-tests/unrecorded.json, or stands there
without need, 2 wrong call.
`;

await runCommand(HELP, (args) => {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  const coverage = recordingCoverage();
  if (values.json) process.stdout.write(`${JSON.stringify(coverage, null, 2)}\n`);
  else print(coverage);
  const open = Object.values(coverage).some((row) => row.missing.length + row.stale.length > 0);
  return open ? 1 : 0;
});

function print(coverage: ReturnType<typeof recordingCoverage>): void {
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
