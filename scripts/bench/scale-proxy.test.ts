import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { startCountingProxy } from './scale-proxy.ts';
import type { CountingProxy } from './scale-proxy.ts';

describe('counting proxy', () => {
  let upstream: Server;
  let proxy: CountingProxy;
  let target: string;
  const seen: { method?: string; destination?: unknown; body: string }[] = [];

  before(async () => {
    upstream = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => (body += chunk.toString()));
      request.on('end', () => {
        const { method, headers } = request;
        seen.push({
          ...(method === undefined ? {} : { method }),
          destination: headers['destination'],
          body,
        });
        if (request.url === '/broken') return void response.destroy();
        response.writeHead(207, { location: `${target}/there`, 'content-type': 'text/plain' });
        response.end('x'.repeat(1000));
      });
    });
    await new Promise<void>((resolve) => upstream.listen(0, '127.0.0.1', resolve));
    target = `http://127.0.0.1:${String((upstream.address() as AddressInfo).port)}`;
    proxy = await startCountingProxy(target);
  });
  after(async () => {
    await proxy.close();
    upstream.close();
  });
  beforeEach(() => {
    seen.length = 0;
    proxy.take();
  });

  it('counts requests and body bytes of both ways, and begins again when asked', async () => {
    await (await fetch(`${proxy.url}/one`, { method: 'PUT', body: 'abcde' })).text();
    await (await fetch(`${proxy.url}/two`)).text();
    expect(proxy.take()).to.deep.equal({ requests: 2, bytesUp: 5, bytesDown: 2000 });
    expect(proxy.take()).to.deep.equal({ requests: 0, bytesUp: 0, bytesDown: 0 });
  });

  it('passes method, body, status and headers on, with the URLs of either side', async () => {
    const headers = { destination: `${proxy.url}/to` };
    const answer = await fetch(`${proxy.url}/from`, { method: 'MOVE', headers, body: 'b' });
    expect(seen).to.deep.equal([{ method: 'MOVE', destination: `${target}/to`, body: 'b' }]);
    expect(answer.status).to.equal(207);
    expect(answer.headers.get('location')).to.equal(`${proxy.url}/there`);
    expect(await answer.text()).to.have.length(1000);
  });

  it('breaks off where the server does', async () => {
    const failure = await fetch(`${proxy.url}/broken`).then(
      () => undefined,
      (error: unknown) => error,
    );
    expect(failure).to.be.instanceOf(TypeError);
  });
});
