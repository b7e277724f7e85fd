import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A stand-in that answers at once what the measured call asks; only its speed matters. */
const note = JSON.stringify({
  id: 1,
  title: 'Shopping',
  content: 'Milk, bread, apples',
  category: '',
  favorite: false,
  modified: 1_764_000_000,
  etag: '0123456789abcdef0123456789abcdef',
  readonly: false,
});
const capabilities = JSON.stringify({
  ocs: {
    meta: { status: 'ok', statuscode: 200 },
    data: {
      version: { major: 32, minor: 0, micro: 1, string: '32.0.1' },
      capabilities: Object.fromEntries(process.argv.slice(2).map((key) => [key, {}])),
    },
  },
});
const empty = JSON.stringify({ ocs: { meta: { status: 'ok', statuscode: 200 }, data: [] } });

const server = createServer((request, response) => {
  const url = request.url ?? '';
  const body = url.includes('/notes/1')
    ? note
    : url.includes('capabilities')
      ? capabilities
      : empty;
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  response.end(body);
});
server.keepAliveTimeout = 60_000;
server.listen(0, '127.0.0.1', () => {
  process.send?.((server.address() as AddressInfo).port);
});
