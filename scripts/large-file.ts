import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';

const HELP = `Sends a large file through a gateway of its own and reads it back, then says how much memory the gateway took.

  node scripts/large-file.ts [--mib 1024] [--part-mib 2]

NEXTCLOUD_HOST, NEXTCLOUD_USERNAME and NEXTCLOUD_PASSWORD name the account; the file is removed afterwards.
`;

const { values } = parseArgs({
  options: {
    mib: { type: 'string', default: '1024' },
    'part-mib': { type: 'string', default: '2' },
    help: { type: 'boolean', default: false },
  },
});
if (values.help || process.env['NEXTCLOUD_HOST'] === undefined) {
  process.stdout.write(HELP);
  process.exit(values.help ? 0 : 2);
}

const MIB = 1024 * 1024;
/** Left alone, V8 lets garbage pile up while there is memory; capped, it shows what is needed. */
const HEAP = ['--max-old-space-size=72', '--max-semi-space-size=4'];
const PORT = '18432';
const path = 'large-file-check.bin';
const size = Number(values.mib) * MIB;
const partBytes = Number(values['part-mib']) * MIB;

const gateway = spawn(
  process.execPath,
  [...HEAP, fileURLToPath(new URL('../relay/start.mjs', import.meta.url)), 'serve'],
  {
    env: { ...process.env, MCP_TOOLSETS: 'all', LOG_LEVEL: 'error', PORT },
    stdio: ['ignore', 'inherit', 'inherit'],
  },
);
const client = new Client({ name: 'large-file', version: '1.0.0' });

try {
  await connect();
  const began = performance.now();
  const sent = await upload();
  const halfway = performance.now();
  const received = await download();
  const ended = performance.now();
  await call('nc_webdav_delete_resource', { path });
  const equal = sent === received;
  process.stdout.write(
    `${JSON.stringify({
      mib: Number(values.mib),
      equal,
      upload_seconds: Math.round((halfway - began) / 1000),
      download_seconds: Math.round((ended - halfway) / 1000),
      gateway_peak_mib: peakMib(),
    })}\n`,
  );
  process.exitCode = equal ? 0 : 1;
} finally {
  await client.close();
  gateway.kill();
}

async function connect(): Promise<void> {
  for (let tries = 1; ; tries += 1) {
    try {
      await client.connect(
        new StreamableHTTPClientTransport(new URL(`http://127.0.0.1:${PORT}/mcp`)),
      );
      return;
    } catch (error) {
      if (tries === 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }
}

async function call(name: string, args: Record<string, unknown>): Promise<Record<string, unknown>> {
  const result = await client.callTool({ name, arguments: args }, { timeout: 300_000 });
  if (result.isError === true) throw new Error(`${name}: ${JSON.stringify(result.content)}`);
  return result.structuredContent as Record<string, unknown>;
}

/** Every part differs, so that a lost, doubled or exchanged one shows in the digest. */
function partOf(number: number, length: number): Buffer {
  const seed = createHash('sha256').update(String(number)).digest();
  return Buffer.alloc(length, seed);
}

async function upload(): Promise<string> {
  const digest = createHash('sha256');
  const { upload_id } = await call('nc_webdav_start_upload', { path, size, overwrite: true });
  for (let at = 0, part = 1; at < size; at += partBytes, part += 1) {
    const bytes = partOf(part, Math.min(partBytes, size - at));
    digest.update(bytes);
    const content = bytes.toString('base64');
    await call('nc_webdav_upload_part', { upload_id, path, part, size, content });
  }
  await call('nc_webdav_finish_upload', { upload_id, path, size, overwrite: true });
  return digest.digest('hex');
}

async function download(): Promise<string> {
  const digest = createHash('sha256');
  let offset: unknown = 0;
  while (offset !== undefined) {
    const wish = { path, offset, max_bytes: Number(values['part-mib']) * MIB, encoding: 'base64' };
    const part = await call('nc_webdav_read_file', wish);
    digest.update(Buffer.from(String(part['content']), 'base64'));
    offset = part['next_offset'];
  }
  return digest.digest('hex');
}

/** The most memory the gateway ever held; Linux only. */
function peakMib(): number {
  const status = readFileSync(`/proc/${String(gateway.pid)}/status`, 'utf8');
  return Math.round(Number(/VmHWM:\s+(\d+)/.exec(status)?.[1] ?? 0) / 1024);
}
