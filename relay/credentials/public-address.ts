import { BlockList, isIP, isIPv6 } from 'node:net';
import { lookup as resolve } from 'node:dns';
import type { LookupFunction } from 'node:net';

const NOT_PUBLIC_4 = [
  '0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24',
  '192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4',
];
// 64:ff9b and 2002 carry an IPv4 address inside
const NOT_PUBLIC_6 = [
  '::/96 64:ff9b::/96 64:ff9b:1::/48 100::/64 2001::/23 2001:db8::/32 2002::/16 fc00::/7 fe80::/10 fec0::/10 ff00::/8',
];

const notPublic = blockList();

function blockList(): BlockList {
  const list = new BlockList();
  const add = (ranges: readonly string[], family: 'ipv4' | 'ipv6'): void => {
    for (const range of ranges.join(' ').split(' ')) {
      const [net = '', prefix] = range.split('/');
      list.addSubnet(net, Number(prefix), family);
    }
  };
  add(NOT_PUBLIC_4, 'ipv4');
  add(NOT_PUBLIC_6, 'ipv6');
  return list;
}

/** False for loopback, private, link-local (cloud metadata services), multicast and reserved ranges (RFC 6890). */
export function isPublicAddress(address: string): boolean {
  if (isIP(address) === 0) return false;
  // IPv4-mapped IPv6 addresses are checked by their IPv4 part inside BlockList
  return !notPublic.check(address, isIPv6(address) ? 'ipv6' : 'ipv4');
}

/** DNS look-up that gives no address of an inner network: checked where the connection is made, so no name can turn. */
export const publicLookup: LookupFunction = (hostname, options, callback) => {
  resolve(hostname, { ...options, all: true }, (error, addresses) => {
    const refused = Object.assign(new Error('not a public address'), { code: 'EACCES' });
    const usable =
      error === null ? addresses.filter(({ address }) => isPublicAddress(address)) : [];
    const [first] = usable;
    if (error !== null || first === undefined) callback(error ?? refused, '', 4);
    else if (options.all === true) callback(null, usable);
    else callback(null, first.address, first.family);
  });
};
