import { lookup as resolveName } from 'node:dns/promises';
import { request } from 'node:https';
import { BlockList, isIP } from 'node:net';
import { DocumentError } from './document.ts';

const MAX_BYTES = 32 * 1024 * 1024;
const MAX_MS = 60_000;

export interface FetchOptions {
  /** Resolver, replaced in tests. Gives every address of the name. */
  readonly resolve?: (host: string) => Promise<readonly string[]>;
  readonly maxBytes?: number;
  readonly timeoutMs?: number;
  /** Told once the URL has passed the checks that need no network. */
  readonly onStart?: (line: string) => void;
}

/**
 * Text of a document behind an https URL. The name is resolved first, every address is checked, and the connection
 * goes to the address that was checked, so a second DNS answer cannot lead inside. No redirects are followed.
 */
export async function fetchDocument(url: string, options: FetchOptions = {}): Promise<string> {
  const target = parseUrl(url);
  options.onStart?.(`fetching ${target.href}`);
  const host = target.hostname.replace(/^\[|\]$/g, '');
  const addresses =
    isIP(host) === 0 ? await (options.resolve ?? resolveAll)(host).catch(() => []) : [host];
  const address = addresses[0];
  if (address === undefined) throw new DocumentError(url, '', `cannot resolve ${host}`);
  const bad = addresses.find(isForbiddenAddress);
  if (bad !== undefined) {
    throw new DocumentError(url, '', `${host} leads to ${bad}, which is not a public address`);
  }
  return download(target, host, address, options);
}

function parseUrl(url: string): URL {
  if (!URL.canParse(url)) throw new DocumentError(url, '', 'not a URL');
  const target = new URL(url);
  if (target.protocol !== 'https:') throw new DocumentError(url, '', 'only https URLs are fetched');
  if (target.username !== '' || target.password !== '') {
    throw new DocumentError(target.host, '', 'credentials in the URL are refused');
  }
  return target;
}

async function resolveAll(host: string): Promise<string[]> {
  return (await resolveName(host, { all: true })).map(({ address }) => address);
}

function download(
  target: URL,
  host: string,
  address: string,
  options: FetchOptions,
): Promise<string> {
  const maxBytes = options.maxBytes ?? MAX_BYTES;
  const timeoutMs = options.timeoutMs ?? MAX_MS;
  return new Promise((resolve, reject) => {
    const refuse = (message: string): void => {
      reject(new DocumentError(target.href, '', message));
      sent.destroy();
    };
    const sent = request({
      host: address,
      port: target.port === '' ? 443 : Number(target.port),
      path: `${target.pathname}${target.search}`,
      headers: {
        host: target.host,
        accept: 'application/json, application/yaml, */*;q=0.1',
        'accept-encoding': 'identity',
      },
      ...(isIP(host) === 0 ? { servername: host } : {}),
      signal: AbortSignal.timeout(timeoutMs),
      agent: false,
    });
    sent.on('error', (error) => {
      refuse(
        error.name === 'AbortError' || error.name === 'TimeoutError'
          ? `no answer within ${timeoutMs} ms`
          : error.message,
      );
    });
    sent.on('response', (response) => {
      const status = response.statusCode ?? 0;
      if (status !== 200) {
        const redirect = status >= 300 && status < 400;
        refuse(redirect ? `redirects (HTTP ${status}) are not followed` : `HTTP ${status}`);
        return;
      }
      const chunks: Buffer[] = [];
      let size = 0;
      response.on('data', (chunk: Buffer) => {
        size += chunk.length;
        if (size > maxBytes) refuse(`larger than ${maxBytes} bytes`);
        else chunks.push(chunk);
      });
      response.on('error', (error) => {
        refuse(error.message);
      });
      response.on('end', () => {
        resolve(Buffer.concat(chunks).toString('utf8'));
      });
    });
    sent.end();
  });
}

// Two lists: BlockList takes every IPv4 address for a member of the IPv6 range ::ffff:0:0/96.
const NOT_PUBLIC_4 = blockList('ipv4', [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
]);

// Mapped (::ffff:0:0/96), NAT64 (64:ff9b::), 6to4 (2002::) and Teredo (2001::/23) carry an inner IPv4 address.
const NOT_PUBLIC_6 = blockList('ipv6', [
  '::/96',
  '::ffff:0:0/96',
  '64:ff9b::/96',
  '64:ff9b:1::/48',
  '100::/64',
  '2001::/23',
  '2001:db8::/32',
  '2002::/16',
  'fc00::/7',
  'fe80::/10',
  'fec0::/10',
  'ff00::/8',
]);

/** Loopback, private, shared, link-local, documentation, multicast, unspecified, and IPv6 forms that embed IPv4. */
export function isForbiddenAddress(address: string): boolean {
  const family = isIP(address);
  // A zone (fe80::1%eth0) makes sense on a local link only.
  if (family === 0 || address.includes('%')) return true;
  return family === 6 ? NOT_PUBLIC_6.check(address, 'ipv6') : NOT_PUBLIC_4.check(address, 'ipv4');
}

function blockList(family: 'ipv4' | 'ipv6', ranges: readonly string[]): BlockList {
  const list = new BlockList();
  for (const range of ranges) {
    const [network = '', bits = '0'] = range.split('/');
    list.addSubnet(network, Number(bits), family);
  }
  return list;
}
