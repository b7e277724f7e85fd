import type {
  OAuthDiscoveryState,
  StoredOAuthClientInformation,
  StoredOAuthTokens,
} from '@modelcontextprotocol/client';
import { ClientStore } from '../../sign-in/client-store.ts';

/** How a client introduces itself. */
export interface Introduction {
  readonly grantTypes?: readonly string[];
  readonly tokenEndpointAuth?: 'none' | 'client_secret_basic' | 'client_secret_post';
  /** URL of a metadata document, used as client ID. */
  readonly documentUrl?: string;
  /** Known before, so that nothing is registered. */
  readonly known?: StoredOAuthClientInformation;
}

/** What an MCP client keeps of its sign-in, and where it sent the person; fits the clients of both SDKs. */
export class RememberedSignIn extends ClientStore<
  StoredOAuthClientInformation,
  StoredOAuthTokens,
  OAuthDiscoveryState
> {
  readonly clientMetadataUrl?: string;
  /** In order. */
  readonly sentTo: URL[] = [];

  constructor(redirectUri: string, introduction: Introduction) {
    super('Conformance client', redirectUri);
    const { grantTypes, tokenEndpointAuth, documentUrl, known } = introduction;
    if (grantTypes !== undefined) this.clientMetadata.grant_types = [...grantTypes];
    if (tokenEndpointAuth !== undefined)
      this.clientMetadata.token_endpoint_auth_method = tokenEndpointAuth;
    if (documentUrl !== undefined) this.clientMetadataUrl = documentUrl;
    if (known !== undefined) this.saveClientInformation(known);
  }

  /** The page the person has to answer now. */
  get question(): URL {
    const last = this.sentTo.at(-1);
    if (last === undefined) throw new Error('Nobody was asked to sign in');
    return last;
  }

  /** @throws Error for an answer to something that was not asked */
  checkState(callback: URL): void {
    if (callback.searchParams.get('state') !== this.expectedState)
      throw new Error(`An unknown state came back: ${callback.href}`);
  }

  override redirectToAuthorization(url: URL): void {
    super.redirectToAuthorization(url);
    this.sentTo.push(url);
  }
}
