import { BlockList, isIP, isIPv4 } from 'node:net';

/** Is this the address of a proxy of ours? */
export type ProxyList = (address: string) => boolean;

/**
 * `FORWARDED_ALLOW_IPS`: addresses and networks (`10.0.0.0/8`, `fd00::/8`) whose word about the client counts, or `*`
 * for every peer, where nobody but the proxy can reach us. Throws on anything else: a list that is not understood
 * must not trust, and must not go unnoticed.
 */
export function proxyList(entries: readonly string[]): ProxyList {
  if (entries.includes('*')) return () => true;
  const list = new BlockList();
  for (const entry of entries) add(list, entry);
  return (address) => {
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  };
}

/** IPv4 as it is, also where the socket speaks IPv6 (`::ffff:192.0.2.1`); no zone. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address.replace(/%.*$/, '');
}

function add(list: BlockList, entry: string): void {
  const [address = '', length, ...more] = entry.trim().split('/');
  const family = isIPv4(address) ? 'ipv4' : 'ipv6';
  const most = family === 'ipv4' ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  const fits = /^\d{1,3}$/.test(length ?? '0') && bits <= most && more.length === 0;
  if (isIP(address) === 0 || !fits)
    throw new Error(`${JSON.stringify(entry)} is no IP address and no network.`);
  list.addSubnet(address, bits, family);
}
