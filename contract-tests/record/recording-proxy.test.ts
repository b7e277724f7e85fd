import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { closeServer, startRecordingProxy } from './recording-proxy.ts';

describe('the recording proxy', () => {
  it('keeps whole answers, counts broken ones, and reuses no connection', async () => {
    const sockets = new Set<unknown>();
    const nextcloud = createServer((request, response) => {
      sockets.add(request.socket);
      if (request.url === '/broken') request.socket.destroy();
      else response.end('fine');
    });
    await new Promise<void>((resolve) => nextcloud.listen(0, '127.0.0.1', resolve));
    const { port } = nextcloud.address() as AddressInfo;
    const proxy = await startRecordingProxy(`http://127.0.0.1:${port}`);
    try {
      for (let round = 0; round < 2; round += 1) {
        expect(await (await fetch(`${proxy.url}/whole`)).text()).to.equal('fine');
      }
      const outcome = await fetch(`${proxy.url}/broken`).catch(() => 'broke');
      expect(outcome).to.equal('broke');
      expect(proxy.exchanges.map(({ request }) => request.path)).to.deep.equal([
        '/whole',
        '/whole',
      ]);
      expect([proxy.broken, sockets.size]).to.deep.equal([1, 3]);
    } finally {
      await proxy.close();
      await closeServer(nextcloud);
    }
  });
});
