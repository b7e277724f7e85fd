import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { checksIn, runSuite } from '../suite.ts';
import type { Check } from '../suite.ts';
import { registeredClient } from './authorization-bed.ts';
import type { AuthorizationBed } from './authorization-bed.ts';

/** Registers a test for the suite's own scenarios for authorization servers. */
export function describeServerScenarios(bed: () => AuthorizationBed): void {
  it('passes the suite’s scenarios for authorization servers, without a warning', async () => {
    const checks = await runAuthorizationScenarios(bed());
    expect([...checks.keys()]).to.have.members([
      'authorization-server-metadata-endpoint',
      'authorization-code-grant',
    ]);
    for (const { id, status, errorMessage } of [...checks.values()].flat())
      expect(status, `${id}: ${String(errorMessage)}`).to.equal('SUCCESS');
  });
}

async function runAuthorizationScenarios(
  bed: AuthorizationBed,
): Promise<ReadonlyMap<string, readonly Check[]>> {
  const port = String(await freePort());
  const client = await registeredClient(bed, `http://127.0.0.1:${port}/callback`);
  const results = await mkdtemp(join(tmpdir(), 'conformance-'));
  const ending = new AbortController();
  let asked = false;
  const read = (soFar: string): void => {
    const url = /^https?:\S+[?&]client_id=\S+$/m.exec(soFar)?.[0];
    if (url === undefined || asked) return;
    asked = true;
    answer(bed, url).catch((error: unknown) => ending.abort(error));
  };
  try {
    const about = ['--client-id', client.client_id, '--resource', `${bed.url}/mcp`];
    await runSuite(['authorization', '--url', bed.url, ...about, '--port', port, '-o', results], {
      read,
      signal: ending.signal,
    });
    return await checksIn(results, 'authorization-server');
  } finally {
    await rm(results, { recursive: true, force: true });
  }
}

/** A real browser goes there by itself, and the suite listens for one visit only. */
async function answer(bed: AuthorizationBed, url: string): Promise<void> {
  const callback = await bed.atTheBrowser(new URL(url), {});
  await fetch(callback).catch(() => undefined);
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
