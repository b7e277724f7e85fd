import { isIP, isIPv6 } from 'node:net';

/** Names of this machine to itself, as they appear in a URL. */
export const LOOPBACK_NAMES: readonly string[] = ['localhost', '127.0.0.1', '[::1]'];

/** Hostname of a URL in lower case, IPv6 in brackets; undefined when it is no URL with a host. */
export function hostnameOf(url: string): string | undefined {
  if (!URL.canParse(url)) return undefined;
  const { hostname, username, pathname } = new URL(url);
  return hostname === '' || username !== '' || pathname.length > 1
    ? undefined
    : hostname.toLowerCase();
}

/** A host as people name it, with or without a port, IPv6 with or without brackets; undefined when it is none. */
export function hostNamed(text: string): string | undefined {
  if (text.includes('*')) return undefined;
  return hostnameOf(isIPv6(text) ? `http://[${text}]` : `http://${text}`);
}

export function isLoopback(host: string): boolean {
  const bare = host.replace(/^\[(.*)\]$/, '$1').toLowerCase();
  return bare === 'localhost' || bare === '::1' || (isIP(bare) === 4 && bare.startsWith('127.'));
}
