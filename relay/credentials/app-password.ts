import type { AppPasswords } from '../store/app-passwords.ts';
import { notConnected } from './not-connected.ts';
import { singleUser } from './single-user.ts';
import type { CredentialStrategy } from './strategy.ts';

const REFUSED = 'Nextcloud does not accept the stored app password any more.';

/**
 * The app password that the person's own login at Nextcloud made (Login Flow v2). Read from the store at each call, so
 * that what was revoked anywhere is not used here.
 *
 * One 401 and it is never sent again: after a few, Nextcloud's brute force protection shuts out the gateway's address,
 * and with it everybody else.
 */
export function appPasswordStrategy(appPasswords: AppPasswords): CredentialStrategy {
  return {
    name: 'app-password',
    async credentialFor({ principal }) {
      const stored = await appPasswords.find(principal);
      if (stored === undefined || stored.deadAt !== undefined)
        throw notConnected(stored && REFUSED);
      await appPasswords.touch(principal);
      // the login name as it was typed: Basic works with nothing else
      return singleUser(stored.loginName, stored.appPassword);
    },
    async rejected({ principal }, credential) {
      const stored = await appPasswords.find(principal);
      if (stored === undefined) return false;
      const current = singleUser(stored.loginName, stored.appPassword);
      // connected anew while the call was under way
      if (current.cacheKey !== credential.cacheKey) return stored.deadAt === undefined;
      await appPasswords.markDead(principal, stored.id);
      return false;
    },
  };
}
