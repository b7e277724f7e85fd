import { isIPv6 } from 'node:net';
import type { RequestHandler } from 'express';
import { TokenBuckets } from '../../access/token-bucket.ts';
import type { BucketOptions } from '../../access/token-bucket.ts';
import { plainAddress } from '../../config/trusted-proxies.ts';
import { refuseForNow } from '../too-many.ts';

/** Before anything is parsed or verified: what a stranger may cost. Stands behind `proxyTrust`. */
export function rateLimitAddress(options: BucketOptions): RequestHandler {
  const buckets = new TokenBuckets(options);
  return (request, response, next) => {
    const taken = buckets.take(networkOf(request.ip ?? ''));
    if (taken.ok) next();
    else refuseForNow(request, response, taken.retryAfter);
  };
}

/** A single IPv6 customer has at least a /64 to choose addresses from, so that is one caller. */
export function networkOf(address: string): string {
  const plain = plainAddress(address);
  if (!isIPv6(plain)) return plain;
  const [before = '', after] = plain.split('::');
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const zeros = after === undefined ? 0 : 8 - head.length - tail.length;
  const groups = [...head, ...Array<string>(Math.max(0, zeros)).fill('0'), ...tail];
  return groups
    .slice(0, 4)
    .map((group) => Number.parseInt(group, 16).toString(16))
    .join(':');
}
