#!/usr/bin/env -S node --max-semi-space-size=8
// The small nursery saves 20 MB: what a gateway allocates hardly ever lives long.
// Plain JavaScript without anything new: an old Node must be able to read this far to be told.
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);

if (major < 22 || (major === 22 && minor < 18)) {
  console.error(
    `This needs Node 22.18 or newer, and ${process.execPath} is ${process.versions.node}: start it with "npm start", which brings its own.`,
  );
  process.exitCode = 1;
} else {
  await import('./main.ts');
}
