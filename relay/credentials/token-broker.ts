import type { Credential } from '../nextcloud/credential.ts';
import type { BackgroundCredentials, BackgroundRequest } from './background.ts';
import type { CredentialRequest, CredentialStrategy } from './strategy.ts';

/** Everything about credentials that the composition root puts together, in two halves that never meet. */
export interface TokenBroker {
  /** For a call of somebody who is connected now; made from the token of that very call. */
  session(request: CredentialRequest): Promise<Credential>;
  /** Nextcloud answered 401: true when a new credential may be had and the call tried once more. */
  rejected(request: CredentialRequest, credential: Credential): Promise<boolean>;
  /** For work nobody is connected for; absent when offline access is off. */
  readonly background: ((request: BackgroundRequest) => Promise<Credential>) | undefined;
}

export function tokenBroker(
  strategy: CredentialStrategy,
  background: BackgroundCredentials | undefined,
): TokenBroker {
  return {
    session: (request) => strategy.credentialFor(request),
    rejected: (request, credential) => strategy.rejected(request, credential),
    background: background && ((request) => background.credentialFor(request)),
  };
}
