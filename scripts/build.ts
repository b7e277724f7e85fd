import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { RELEASES } from '../openapi/operation.ts';

// Makes dist/, what the published package holds: JavaScript, because Node does not strip types below node_modules, and
// beside it the data that the code looks for relative to itself.

const ROOT = new URL('../', import.meta.url);
const DIST = new URL('dist/', ROOT);

rmSync(DIST, { recursive: true, force: true });
const tsc = fileURLToPath(new URL('node_modules/typescript/bin/tsc', ROOT));
const project = fileURLToPath(new URL('tsconfig.build.json', ROOT));
execFileSync(process.execPath, [tsc, '--project', project], { stdio: 'inherit' });
// The demo answers from the recordings of one release.
for (const data of ['openapi/generated', `contract-tests/recordings/${RELEASES[0]}`]) {
  cpSync(new URL(data, ROOT), new URL(data, DIST), {
    recursive: true,
    filter: (source) => !source.endsWith('.ts'),
  });
}
writeEntry();
writeManifest();

/** The entry has a shebang and has to be readable for every Node, so it is copied; only what it loads is compiled. */
function writeEntry(): void {
  const source = readFileSync(new URL('relay/start.mjs', ROOT), 'utf8');
  const entry = source.replace("import('./main.ts')", "import('./main.js')");
  if (entry === source) throw new Error('relay/start.mjs no longer loads ./main.ts');
  const target = new URL('relay/start.mjs', DIST);
  writeFileSync(target, entry);
  chmodSync(target, 0o755);
}

/** Name and version as the code reads them; dependencies stay with the package's own manifest. */
function writeManifest(): void {
  const manifest = JSON.parse(readFileSync(new URL('package.json', ROOT), 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  const { name, version } = manifest;
  mkdirSync(DIST, { recursive: true });
  writeFileSync(
    new URL('package.json', DIST),
    `${JSON.stringify({ name, version, private: true, type: 'module' }, null, 2)}\n`,
  );
}
