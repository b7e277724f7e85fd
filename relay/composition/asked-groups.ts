import { BoundedCache } from '../access/bounded-cache.ts';
import type { TokenBroker } from '../credentials/token-broker.ts';
import { RelayError } from '../errors.ts';
import type { NextcloudServer } from '../nextcloud/connect.ts';
import type { GroupsOf } from './admission.ts';
import { userNextcloud } from './user-nextcloud.ts';

/** So long somebody who left a group may go on as its member. */
const KEPT_MS = 300_000;
const MOST_PEOPLE = 10_000;

/** What Nextcloud says of somebody's groups, asked with their own credential. @param now epoch milliseconds */
export function askedGroups(
  server: NextcloudServer,
  broker: TokenBroker,
  now: () => number,
): GroupsOf {
  const known = new BoundedCache<Promise<readonly string[] | undefined>>(MOST_PEOPLE, now);
  return async (principal, subjectToken) => {
    const { key } = principal;
    const before = known.get(key);
    if (before !== undefined) return before;
    const nextcloud = userNextcloud(server, broker, { principal, subjectToken });
    const asked = nextcloud
      .execute('provisioning_api.users-get-current-user', {})
      .then(({ data }) => data.groups);
    known.set(key, asked, now() + KEPT_MS);
    try {
      return await asked;
    } catch (error) {
      known.set(key, asked, now()); // who comes next asks anew
      if (isWithoutAccess(error)) return undefined;
      throw error;
    }
  };
}

/** Nothing is kept for them yet, or what is kept is dead: the call itself will say so, and how to go on. */
function isWithoutAccess(error: unknown): boolean {
  return (
    error instanceof RelayError &&
    (error.code === 'sign_in_required' || error.code === 'unauthorized')
  );
}
