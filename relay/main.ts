#!/usr/bin/env node
import { existsSync, readFileSync } from 'node:fs';
import { run } from './cli/program.ts';
import type { Terminal } from './cli/terminal.ts';

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
