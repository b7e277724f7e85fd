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
