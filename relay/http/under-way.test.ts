import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { expect } from 'chai';
import { startLocalNextcloud } from '../testing/local-nextcloud.ts';
import { startedGateway } from '../testing/started-gateway.ts';

/** A promise and the function that settles it. */
function signalled(): { readonly promise: Promise<void>; readonly settle: () => void } {
  let settle: () => void = () => undefined;
  const promise = new Promise<void>((resolve) => {
    settle = resolve;
  });
  return { promise, settle };
}

const CALL = { name: 'nc_notes_get_note', arguments: { note_id: 7 } };

async function connected(url: string): Promise<Client> {
  const client = new Client(
    { name: 'test', version: '1' },
    { versionNegotiation: { mode: 'auto' } },
  );
  await client.connect(new StreamableHTTPClientTransport(new URL('/mcp', url)));
  return client;
}

describe('a call under way', () => {
  it('is ended upstream when the client cancels it', async () => {
    const arrived = signalled();
    const ended = signalled();
    const upstream = await startLocalNextcloud(({ url, closed }) => {
      if (!url.includes('/notes/7')) return undefined;
      arrived.settle();
      void closed.then(ended.settle);
      return new Promise(() => undefined);
    });
    const gateway = await startedGateway(upstream.url);
    const client = await connected(gateway.url);
    const cancel = new AbortController();
    const call = client.callTool(CALL, { signal: cancel.signal }).catch((error: unknown) => error);
    await arrived.promise;
    cancel.abort();
    await ended.promise;
    expect(await call).to.be.instanceOf(Error);
    await client.close();
    await gateway.close();
    await upstream.close();
  });

  it('is answered when the gateway is asked to end meanwhile, and nobody new is let in', async () => {
    const arrived = signalled();
    const go = signalled();
    const upstream = await startLocalNextcloud(async ({ url }) => {
      if (!url.includes('/notes/7')) return undefined;
      arrived.settle();
      await go.promise;
      return { json: { id: 7, title: 'Shopping' } };
    });
    const gateway = await startedGateway(upstream.url);
    const client = await connected(gateway.url);
    const call = client.callTool(CALL);
    await arrived.promise;
    const closed = gateway.close(60_000);
    const refused = await fetch(`${gateway.url}/health/live`).catch((error: unknown) => error);
    expect(refused).to.be.instanceOf(Error);
    go.settle();
    expect((await call).structuredContent).to.include({ title: 'Shopping' });
    await closed;
    await upstream.close();
  });
});
