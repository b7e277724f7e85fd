import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { startIdentityProvider } from '../contract-tests/auth/identity-provider.ts';
import { releaseTable } from '../openapi/index.ts';
import { barLine, holds } from './bench/bars.ts';
import type { Bar } from './bench/bars.ts';
import { startAuthenticated, startSingleUser } from './bench/gateways.ts';
import { CONNECTIONS, inTurn, median, medianRatio } from './bench/load.ts';
import { CALL_TOOL, LIST_TOOLS, withToken } from './bench/messages.ts';
import { firstAnswer, residentMegabytes, startScript, stop } from './bench/processes.ts';
import type { Running } from './bench/processes.ts';
import { cachedVerification } from './bench/verified-token.ts';

/**
 * One run, side by side: the gateway for one user, the gateway where people sign in, a bare SDK server making the same
 * call, and the upstream alone. Numbers of different runs or machines are not comparable; the ratios within one run
 * are.
 */
const { values: flags } = parseArgs({ options: { json: { type: 'boolean', default: false } } });
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 2);
/** The gateway has more code to be compiled than the bare server: rates stop rising after some ten thousand answers. */
const CALLS = { seconds: SECONDS, warmUpAnswers: 30_000, rounds: 7 };
const LISTS = { seconds: SECONDS, warmUpAnswers: 500, rounds: 3 };
const IDLE_MS = 5000;

const folder = mkdtempSync(join(tmpdir(), 'bench-'));
const running: Running[] = [];
const started = <One extends Running>(one: One): One => {
  running.push(one);
  return one;
};
const provider = await startIdentityProvider();
try {
  const upstream = started(await startScript('./instant-upstream.ts', capabilityKeys()));

  const began = performance.now();
  const gateway = started(await startSingleUser(upstream.url));
  const list = await firstAnswer(gateway, '/mcp', { method: 'POST', ...LIST_TOOLS });
  const coldStart = performance.now() - began;
  await new Promise((resolve) => setTimeout(resolve, IDLE_MS));
  const memory = residentMegabytes(gateway);

  const { tools } = (JSON.parse(list) as { result: { tools: unknown[] } }).result;
  const toolsFile = join(folder, 'tools.json');
  writeFileSync(toolsFile, JSON.stringify(tools));
  const bare = started(await startScript('./bare-server.ts', [upstream.url, toolsFile]));

  const authenticated = started(await startAuthenticated(upstream.url, provider, folder));
  const authenticatedCall = withToken(CALL_TOOL, await provider.token());
  await firstAnswer(authenticated, '/mcp', { method: 'POST', ...authenticatedCall });

  const verification = await cachedVerification(provider);
  const calls = await inTurn(
    {
      upstream: { url: `${upstream.url}/index.php/apps/notes/api/v1/notes/1` },
      bare: { url: `${bare.url}/mcp`, message: CALL_TOOL },
      gateway: { url: `${gateway.url}/mcp`, message: CALL_TOOL },
    },
    CALLS,
  );
  const people = await inTurn(
    {
      oneUser: { url: `${gateway.url}/mcp`, message: CALL_TOOL },
      authenticated: { url: `${authenticated.url}/mcp`, message: authenticatedCall },
    },
    CALLS,
  );
  const lists = await inTurn(
    {
      bare: { url: `${bare.url}/mcp`, message: LIST_TOOLS },
      gateway: { url: `${gateway.url}/mcp`, message: LIST_TOOLS },
    },
    LISTS,
  );

  report({ tools: tools.length, listBytes: list.length, calls, people, lists }, [
    ratio('tools/call: gateway / bare SDK server', calls.gateway, calls.bare, 0.8),
    ratio('tools/list: gateway / bare SDK server', lists.gateway, lists.bare, 2),
    ratio('tools/call: people sign in / one user', people.authenticated, people.oneUser, 0.7),
    { name: 'check of a token known from before', value: verification, unit: 'µs', bar: 50 },
    { name: 'cold start to the first tools/list', value: coldStart, unit: 'ms', bar: 1000 },
    { name: 'memory, idle 5 s after it', value: memory, unit: 'MB', bar: 150 },
  ]);
} finally {
  await Promise.all(running.map(stop));
  await provider.close();
  rmSync(folder, { recursive: true });
}

interface Measured {
  readonly tools: number;
  readonly listBytes: number;
  /** Answers per second, round by round. */
  readonly calls: Readonly<Record<string, readonly number[]>>;
  readonly people: Readonly<Record<string, readonly number[]>>;
  readonly lists: Readonly<Record<string, readonly number[]>>;
}

function report(measured: Measured, bars: readonly Bar[]): void {
  if (flags.json) {
    const judged = bars.map((bar) => ({ ...bar, holds: holds(bar) }));
    console.log(JSON.stringify({ ...measured, bars: judged }, null, 2));
    return;
  }
  console.log(`
${measured.tools} tools listed, ${measured.listBytes} bytes; ${CONNECTIONS} connections, ${CALLS.rounds} rounds of ${CALLS.seconds} s in turn after
${CALLS.warmUpAnswers} answers each; middle values.
The bare SDK server is what the SDK's documentation shows: McpServer with one registered tool, express with its JSON
parser, Host and Origin checked.

tools/call  ${rates(measured.calls)}
            ${rates(measured.people)}
tools/list  ${rates(measured.lists)}

${bars.map(barLine).join('\n')}
`);
}

function ratio(name: string, one: readonly number[], other: readonly number[], bar: number): Bar {
  return { name, value: medianRatio(one, other), unit: 'ratio', bar };
}

function rates(sides: Measured['calls']): string {
  return Object.entries(sides)
    .map(([name, values]) => `${name} ${Math.round(median(values))}/s`)
    .join(', ');
}

/** The stand-in claims every app, so that every tool is listed. */
function capabilityKeys(): string[] {
  return Object.values(releaseTable('32').apps).flatMap(({ presence }) =>
    'capability' in presence ? [presence.capability] : [],
  );
}
