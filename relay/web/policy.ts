import type { Page } from './page.ts';
import { STYLE_SOURCE } from './style.ts';

/** The Content-Security-Policy of a page: our style, our icon, our script where it is used, our forms. */
export function policyOf({ script = false, formTargets = [] }: Page): string {
  const targets = formTargets.flatMap((address) => formTarget(address) ?? []);
  return [
    "default-src 'none'",
    `style-src ${STYLE_SOURCE}`,
    "img-src 'self'",
    ...(script ? ["script-src 'self'", "connect-src 'self'"] : []),
    "base-uri 'none'",
    `form-action ${[...new Set(["'self'", ...targets])].join(' ')}`,
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * A redirect address as `form-action` can name it: the origin, or the scheme of an app on this computer. IPv6 addresses
 * cannot be named there, so they open their scheme. Undefined for what is no address; nothing of a client's text is
 * copied.
 */
function formTarget(address: string): string | undefined {
  if (/^https?:$/.test(address)) return address;
  if (!URL.canParse(address)) return undefined;
  const { protocol, hostname, origin } = new URL(address);
  if (protocol !== 'https:' && protocol !== 'http:') return protocol;
  return hostname.startsWith('[') ? protocol : origin;
}
