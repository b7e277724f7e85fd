import { BlockList, isIP, isIPv4 } from 'node:net';

/** Is this the address of a proxy of ours? `hop`: 0 for the peer, more for those it says to have it from. */
export type ProxyList = (address: string, hop: number) => boolean;

/** For every peer, where nobody but the proxy can reach us. */
const ANY_PEER = '*';

/**
 * `FORWARDED_ALLOW_IPS`: addresses and networks (`10.0.0.0/8`, `fd00::/8`) whose word about the client counts, or `*`.
 * That trusts whoever connects, and nobody behind them: what a client itself writes into `X-Forwarded-For` stands
 * further left, and would let it choose its address. Throws on anything else: a list that is not understood must not
 * trust, and must not go unnoticed.
 */
export function proxyList(entries: readonly string[]): ProxyList {
  const anyPeer = entries.includes(ANY_PEER);
  const list = new BlockList();
  for (const entry of entries) if (entry !== ANY_PEER) add(list, entry);
  return (address, hop) => {
    if (anyPeer && hop === 0) return true;
    const plain = plainAddress(address);
    return isIP(plain) !== 0 && list.check(plain, isIPv4(plain) ? 'ipv4' : 'ipv6');
  };
}

/** IPv4 as it is, also where the socket speaks IPv6 (`::ffff:192.0.2.1`); no zone. */
export function plainAddress(address: string): string {
  const mapped = /^::ffff:(\d+\.\d+\.\d+\.\d+)$/i.exec(address)?.[1];
  return mapped ?? address.replace(/%.*$/, '');
}

export function isProxyEntry(entry: string): boolean {
  return entry === ANY_PEER || networkIn(entry) !== undefined;
}

function add(list: BlockList, entry: string): void {
  const network = networkIn(entry);
  if (network === undefined)
    throw new Error(`${JSON.stringify(entry)} is no IP address and no network.`);
  list.addSubnet(network.address, network.bits, network.family);
}

function networkIn(entry: string) {
  const [address = '', length, ...more] = entry.trim().split('/');
  const family = isIPv4(address) ? ('ipv4' as const) : ('ipv6' as const);
  const most = family === 'ipv4' ? 32 : 128;
  const bits = length === undefined ? most : Number(length);
  const fits = /^\d{1,3}$/.test(length ?? '0') && bits <= most && more.length === 0;
  return isIP(address) === 0 || !fits ? undefined : { address, bits, family };
}
