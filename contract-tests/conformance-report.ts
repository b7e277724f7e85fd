import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { RELEASES } from '../openapi/index.ts';
import { runCommand } from '../openapi/pipeline/command.ts';
import { recordedDeviations } from './conformance.ts';
import type { Deviations } from './conformance.ts';

const HELP = `
Where recorded answers of Nextcloud stray from its own documents.

  npm run contract:conformance [-- --accept]

--accept writes the list to contract-tests/deviations.json. What can be corrected belongs into
openapi/overlays/corrections instead.
`;

await runCommand(HELP, async (args) => {
  const { values } = parseArgs({ args, options: { accept: { type: 'boolean', default: false } } });
  const report: Record<string, Deviations> = {};
  for (const release of RELEASES) {
    const { checked, deviations } = await recordedDeviations(release);
    report[release] = Object.fromEntries(Object.entries(deviations).sort());
    process.stdout.write(
      `Nextcloud ${release}: ${checked} answers compared, ${Object.keys(deviations).length} operations stray\n`,
    );
    for (const [operation, how] of Object.entries(report[release])) {
      process.stdout.write(`  ${operation}: ${how}\n`);
    }
  }
  if (values.accept) {
    const file = new URL('./deviations.json', import.meta.url);
    writeFileSync(file, `${JSON.stringify(report, null, 2)}\n`);
  }
  return 0;
});
