import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import express from 'express';
import { proxyList } from '../../config/trusted-proxies.ts';
import { proxyTrust } from './proxy-trust.ts';

const FORWARDED = {
  'X-Forwarded-For': '192.0.2.7',
  'X-Forwarded-Proto': 'https',
  'X-Forwarded-Host': 'mcp.example.org',
  Forwarded: 'for=192.0.2.7',
};

async function seenBehind(
  proxies: readonly string[],
  headers: Readonly<Record<string, string>> = FORWARDED,
): Promise<Record<string, unknown>> {
  const app = express();
  app.use(proxyTrust(app, proxyList(proxies)));
  app.get('/', ({ ip, protocol, host, headers }, response) => {
    response.json({
      ip,
      protocol,
      host,
      left: Object.keys(headers).filter((name) => name.includes('forwarded')),
    });
  });
  const server = createServer(app);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const answer = await fetch(`http://127.0.0.1:${port}/`, { headers });
  const body = (await answer.json()) as Record<string, unknown>;
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { ...body, host: String(body.host).replace(String(port), 'PORT') };
}

describe('proxyTrust', () => {
  it('believes a proxy', async () => {
    expect(await seenBehind(['127.0.0.1'])).to.include({
      ip: '192.0.2.7',
      protocol: 'https',
      host: 'mcp.example.org',
    });
  });

  it('does not believe with * what a client wrote before its proxy did', async () => {
    const given = { 'X-Forwarded-For': '203.0.113.9, 192.0.2.7' };
    expect(await seenBehind(['*'], given)).to.include({ ip: '192.0.2.7' });
  });

  it('believes nobody else, and leaves nothing that others could believe', async () => {
    expect(await seenBehind(['10.0.0.0/8'])).to.eql({
      ip: '127.0.0.1',
      protocol: 'http',
      host: '127.0.0.1:PORT',
      left: [],
    });
  });
});
