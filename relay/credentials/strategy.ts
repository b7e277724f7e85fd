import type { Principal } from '../access/principal.ts';
import type { Credential } from '../nextcloud/credential.ts';

/** What a strategy may work with. The subject token goes to the identity provider, and nowhere else. */
export interface CredentialRequest {
  readonly principal: Principal;
  readonly subjectToken: string;
  readonly signal?: AbortSignal;
}

/** As whom Nextcloud is called for a principal. One file per strategy. */
export interface CredentialStrategy {
  readonly name:
    'static' | 'token-exchange' | 'app-password' | 'nextcloud-oauth2' | 'multi-audience';
  /**
   * @throws RelayError `sign_in_required` when the user has to connect Nextcloud first; `details.kind` says how
   */
  credentialFor(request: CredentialRequest): Promise<Credential>;
  /** Nextcloud answered 401 to this credential: forget it. True when a new one may work and the call may be tried once more. */
  rejected(request: CredentialRequest, credential: Credential): Promise<boolean>;
}
