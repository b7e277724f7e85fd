import type { RequestHandler } from 'express';
import { TokenBuckets } from '../../access/token-bucket.ts';
import type { BucketOptions } from '../../access/token-bucket.ts';
import { principalOf } from '../request-access.ts';
import { refuseForNow } from '../too-many.ts';

/** What one person may cost Nextcloud. A batch costs as much as its messages; stands behind the body parser. */
export function rateLimitPrincipal(options: BucketOptions): RequestHandler {
  const buckets = new TokenBuckets(options);
  return (request, response, next) => {
    const body = request.body as unknown;
    const cost = Array.isArray(body) ? Math.max(1, body.length) : 1;
    const taken = buckets.take(principalOf(request).key, cost);
    if (taken.ok) next();
    else refuseForNow(request, response, taken.retryAfter);
  };
}
