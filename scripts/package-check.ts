import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { PRODUCT } from '../relay/version.ts';

// Packs the project, installs the package in an empty folder elsewhere, and uses it there as its users do.

const ROOT = fileURLToPath(new URL('../', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'package-check-'));
const environment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !/^(?:NEXTCLOUD|MCP|NC|npm)_/.test(name)),
);

try {
  install();
  const version = gateway('--version').trim();
  expect(version === PRODUCT.version, `--version says ${version}`);
  const tools = (JSON.parse(gateway('tools', 'list', '--json')) as unknown[]).length;
  expect(tools > 100, `tools list shows ${String(tools)} tools`);
  const listed = await demo();
  say(`${PRODUCT.name} ${version}: ${String(tools)} tools, ${String(listed)} of them in the demo.`);
} finally {
  rmSync(folder, { recursive: true, force: true });
}

function install(): void {
  const packed = run('npm', ['pack', '--json', '--pack-destination', folder], ROOT);
  // What "prepack" prints comes before the JSON.
  const [description] = JSON.parse(packed.slice(packed.search(/^\[/m))) as readonly [
    { readonly filename: string; readonly size: number; readonly entryCount: number },
  ];
  const { filename, size, entryCount } = description;
  say(`${filename}: ${String(Math.round(size / 1024))} kB, ${String(entryCount)} files`);
  writeFileSync(join(folder, 'package.json'), '{ "private": true }\n');
  run('npm', ['install', '--no-audit', '--prefer-offline', join(folder, filename)], folder);
}

function gateway(...args: string[]): string {
  return run('npx', ['--no-install', PRODUCT.name, ...args], folder);
}

/** Serves the demo, calls it, and ends it; answers how many tools it listed. */
async function demo(): Promise<number> {
  const server = spawn(join(folder, 'node_modules/.bin', PRODUCT.name), ['serve', '--port', '0'], {
    cwd: folder,
    env: { ...environment, LOG_FORMAT: 'json' },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  const ended = new Promise<number | null>((resolve) => server.once('exit', resolve));
  const client = new Client({ name: 'package-check', version: '1.0.0' });
  try {
    const url = await addressIn(server.stderr);
    await client.connect(new StreamableHTTPClientTransport(new URL(url)));
    const { tools } = await client.listTools();
    const found = await client.callTool({
      name: 'nc_notes_search_notes',
      arguments: { query: 'milk' },
    });
    expect(found.isError !== true, `the demo answered ${JSON.stringify(found.content)}`);
    await client.close();
    server.kill('SIGTERM');
    const code = await ended;
    expect(code === 0, `serve ended with ${String(code)}`);
    return tools.length;
  } finally {
    server.kill('SIGKILL');
  }
}

/** The endpoint's address, from the line that says the gateway listens. The log is read to its end, or writing it fails. */
function addressIn(log: Readable): Promise<string> {
  return new Promise((resolve, reject) => {
    let text = '';
    log.on('data', (chunk: Buffer) => {
      text += chunk.toString();
      const url = /"url":"([^"]+\/mcp)"/.exec(text)?.[1];
      if (url !== undefined) resolve(url);
    });
    log.once('end', () => {
      reject(new Error(`serve ended early:\n${text}`));
    });
  });
}

function run(command: string, args: readonly string[], cwd: string): string {
  return execFileSync(command, args, {
    cwd,
    env: environment,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'],
    maxBuffer: 64 * 1024 * 1024,
  });
}

function expect(fact: boolean, message: string): asserts fact {
  if (!fact) throw new Error(message);
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
