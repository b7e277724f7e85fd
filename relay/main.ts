#!/usr/bin/env node
import { readFileSync, statSync } from 'node:fs';
import { run } from './cli/program.ts';
import type { Terminal } from './cli/terminal.ts';

const terminal: Terminal = {
  environment: process.env,
  dotenv: dotenv(),
  readFile: (path) => readFileSync(path, 'utf8'),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  ended: new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  }),
  columns: process.stdout.columns || 100,
};

/** A folder of that name is something else: an environment of Python, or what Docker made for a file that was missing. */
function dotenv(): string | undefined {
  const found = statSync('.env', { throwIfNoEntry: false });
  return found === undefined || found.isDirectory() ? undefined : readFileSync('.env', 'utf8');
}

// Whoever read the answer (`| head`) has seen enough.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
});

process.exitCode = await run(process.argv.slice(2), terminal);
