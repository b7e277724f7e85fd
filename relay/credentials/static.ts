import type { CredentialStrategy } from './strategy.ts';
import { singleUser } from './single-user.ts';

/** One app password for everybody who gets in: single-user mode. The token that let the caller in plays no part. */
export function staticCredential(username: string, password: string): CredentialStrategy {
  const credential = singleUser(username, password);
  return {
    name: 'static',
    credentialFor: () => Promise.resolve(credential),
    rejected: () => Promise.resolve(false),
  };
}
