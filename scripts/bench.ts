import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import autocannon from 'autocannon';
import { releaseTable } from '../openapi/index.ts';
import { firstAnswer, residentMegabytes, startGateway, startScript } from './bench/processes.ts';
import type { Running } from './bench/processes.ts';

/**
 * One run, side by side: the gateway, a bare SDK server making the same call, and the upstream alone. Numbers of
 * different runs or machines are not comparable; the ratios within one run are.
 */
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 3);
const ROUNDS = 3;
const CONNECTIONS = 16;
const PORT = 18_431;

const headers = (method: string, name?: string): Record<string, string> => ({
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  'mcp-protocol-version': '2026-07-28',
  'mcp-method': method,
  ...(name === undefined ? {} : { 'mcp-name': name }),
});
const meta = {
  'io.modelcontextprotocol/protocolVersion': '2026-07-28',
  'io.modelcontextprotocol/clientCapabilities': {},
};
const message = (method: string, params: object): string =>
  JSON.stringify({ jsonrpc: '2.0', id: 1, method, params: { ...params, _meta: meta } });

const TOOL = 'nc_notes_get_note';
const LIST = { headers: headers('tools/list'), body: message('tools/list', {}) };
const CALL = {
  headers: headers('tools/call', TOOL),
  body: message('tools/call', { name: TOOL, arguments: { note_id: 1 } }),
};

async function perSecond(
  url: string,
  request: { headers?: Record<string, string>; body?: string },
): Promise<number> {
  const options = {
    url,
    connections: CONNECTIONS,
    ...(request.body === undefined ? {} : { method: 'POST' as const, body: request.body }),
    ...(request.headers === undefined ? {} : { headers: request.headers }),
  };
  await autocannon({ ...options, duration: 1 });
  const result = await autocannon({ ...options, duration: SECONDS });
  if (result.errors + result.non2xx > 0)
    throw new Error(`${url}: ${result.non2xx} refusals, ${result.errors} errors`);
  return result.requests.average;
}

/** Both sides in turn, several times, so that whatever else the machine does hits them alike. */
async function inTurn(
  bareUrl: string,
  gatewayUrl: string,
  request: { headers: Record<string, string>; body: string },
): Promise<{ bare: number; gateway: number }> {
  const rates = { bare: 0, gateway: 0 };
  for (let round = 0; round < ROUNDS; round += 1) {
    rates.bare += (await perSecond(`${bareUrl}/mcp`, request)) / ROUNDS;
    rates.gateway += (await perSecond(`${gatewayUrl}/mcp`, request)) / ROUNDS;
  }
  return rates;
}

const running: Running[] = [];
try {
  const upstream = await startScript('./instant-upstream.ts', capabilityKeys());
  running.push(upstream);

  const began = performance.now();
  const gateway = startGateway(upstream.url, PORT);
  running.push(gateway);
  const list = await firstAnswer(`${gateway.url}/mcp`, { method: 'POST', ...LIST });
  const coldStart = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, 5000));
  const memory = residentMegabytes(gateway);

  const { tools } = (JSON.parse(list) as { result: { tools: unknown[] } }).result;
  const toolsFile = join(mkdtempSync(join(tmpdir(), 'bench-')), 'tools.json');
  writeFileSync(toolsFile, JSON.stringify(tools));
  const bare = await startScript('./bare-server.ts', [upstream.url, toolsFile]);
  running.push(bare);

  const direct = await perSecond(`${upstream.url}/index.php/apps/notes/api/v1/notes/1`, {});
  const call = await inTurn(bare.url, gateway.url, CALL);
  const lists = await inTurn(bare.url, gateway.url, LIST);

  console.log(`
${tools.length} tools listed, ${list.length} bytes; ${CONNECTIONS} connections, ${ROUNDS} × ${SECONDS} s each in turn

tools/call   upstream alone   ${rate(direct)}
             bare SDK server  ${rate(call.bare)}
             gateway          ${rate(call.gateway)}   = ${ratio(call.gateway, call.bare)} × bare (bar: 0.80), ${ratio(call.gateway, direct)} × upstream
tools/list   bare SDK server  ${rate(lists.bare)}
             gateway          ${rate(lists.gateway)}   = ${ratio(lists.gateway, lists.bare)} × bare (bar: 2.00)
cold start to first tools/list  ${Math.round(coldStart)} ms (bar: 1000)
memory, idle 5 s after it       ${memory} MB (bar: 150)
`);
} finally {
  for (const { process: child } of running) child.kill();
}

/** The stand-in claims every app, so that every tool is listed. */
function capabilityKeys(): string[] {
  return Object.values(releaseTable('32').apps).flatMap(({ presence }) =>
    'capability' in presence ? [presence.capability] : [],
  );
}

function rate(value: number): string {
  return `${Math.round(value)}/s`.padStart(9);
}

function ratio(value: number, base: number): string {
  return (value / base).toFixed(2);
}
