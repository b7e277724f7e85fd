#!/usr/bin/env -S node --max-semi-space-size=16
// Half of the nursery that Node would take: what a gateway allocates hardly ever lives long.
// Plain JavaScript without anything new: an old Node must be able to read this far to be told.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `This needs Node 22.18 or newer, and ${process.execPath} is ${process.versions.node}: start it with "npm start", which brings its own.`,
  );
  process.exitCode = 1;
} else {
  // Halves the start and saves 20 MB: with it, not even Node's TypeScript parser is loaded. So it has to come before the
  // first TypeScript file. Not in the system's temporary folder, where others could leave code for us.
  const { enableCompileCache } = await import('node:module');
  const { fileURLToPath } = await import('node:url');
  enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
  await import('./main.ts');
}
