import type { CredentialRequest } from '../credentials/strategy.ts';
import type { TokenBroker } from '../credentials/token-broker.ts';
import { RelayError } from '../errors.ts';
import type { Credential } from '../nextcloud/credential.ts';
import type { ConnectedNextcloud, NextcloudServer } from '../nextcloud/connect.ts';
import type { Nextcloud } from '../nextcloud/nextcloud.ts';

/** Stands where no request is made: it only lends the server's own facts. */
const NOBODY: Credential = { kind: 'basic', authorization: '', cacheKey: 'nobody' };

/**
 * One Nextcloud for one caller. The credential is obtained when something is really asked of Nextcloud, so what needs
 * none (a list before the first sign-in) works without. A credential that Nextcloud refuses is forgotten and replaced
 * once; a 401 means that nothing was done, so this is safe for writes too.
 */
export function userNextcloud(
  server: NextcloudServer,
  broker: Pick<TokenBroker, 'session' | 'rejected'>,
  request: CredentialRequest,
): Nextcloud {
  const facts = server.as(NOBODY);

  async function asUser<T>(work: (nextcloud: ConnectedNextcloud) => Promise<T>): Promise<T> {
    const credential = await broker.session(request);
    try {
      return await work(server.as(credential));
    } catch (error) {
      if (!isRefusedCredential(error)) throw error;
      const again = await broker.rejected(request, credential);
      // Throws the better reason where there is one: that the person has to sign in again.
      const next = await broker.session(request);
      if (!again) throw error;
      return await secondTry(work, next);
    }
  }

  async function secondTry<T>(
    work: (nextcloud: ConnectedNextcloud) => Promise<T>,
    credential: Credential,
  ): Promise<T> {
    try {
      return await work(server.as(credential));
    } catch (error) {
      if (isRefusedCredential(error)) await broker.rejected(request, credential);
      throw error;
    }
  }

  return {
    baseUrl: facts.baseUrl,
    publicUrl: facts.publicUrl,
    get release() {
      return facts.release;
    },
    execute: (key, args, options) => asUser((nextcloud) => nextcloud.execute(key, args, options)),
    executeByKey: (key, args, options) =>
      asUser((nextcloud) => nextcloud.executeByKey(key, args, options)),
    userId: () => asUser((nextcloud) => nextcloud.userId()),
    capabilities: () => asUser((nextcloud) => nextcloud.capabilities()),
    presentApps: () => asUser((nextcloud) => nextcloud.presentApps()),
  };
}

function isRefusedCredential(error: unknown): boolean {
  return error instanceof RelayError && error.status === 401;
}
