#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { enableCompileCache } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Terminal } from './cli/terminal.ts';

// Halves the start and saves 20 MB. Not in the system's temporary folder, where others could leave code for us.
enableCompileCache(fileURLToPath(new URL('../node_modules/.cache/compiled', import.meta.url)));
const { run } = await import('./cli/program.ts');

const terminal: Terminal = {
  environment: process.env,
  dotenv: existsSync('.env') ? readFileSync('.env', 'utf8') : undefined,
  readFile: (path) => readFileSync(path, 'utf8'),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
  ended: new Promise((resolve) => {
    process.once('SIGINT', resolve).once('SIGTERM', resolve);
  }),
  columns: process.stdout.columns || 100,
};

process.exitCode = await run(process.argv.slice(2), terminal);
