import { randomUUID } from 'node:crypto';

/** What an SDK hands over to be stored, of which tests look at this much. */
export interface StoredTokens {
  readonly access_token: string;
  readonly refresh_token?: string | undefined;
  readonly scope?: string | undefined;
}

type Invalid = 'all' | 'client' | 'tokens' | 'verifier' | 'discovery';

/**
 * The part of an MCP client that the SDKs leave to the application: keeps registration, tokens and verifier in memory,
 * discards what the SDK calls invalid, and notes where the person has to go instead of opening a browser.
 */
export class ClientStore<Registration, Tokens extends StoredTokens, Discovery = never> {
  readonly redirectUrl: string;
  readonly clientMetadata: {
    client_name: string;
    redirect_uris: string[];
    grant_types: string[];
    response_types: string[];
    token_endpoint_auth_method: string;
  };
  /** Where the person has to go; taken by whoever opens the browser. */
  authorizationUrl: URL | undefined;
  /** What was called invalid so far. */
  readonly invalidated: Invalid[] = [];
  #registration: Registration | undefined;
  #tokens: Tokens | undefined;
  #verifier: string | undefined;
  #discovery: Discovery | undefined;
  #state: string | undefined;

  constructor(name: string, redirectUrl: string) {
    this.redirectUrl = redirectUrl;
    this.clientMetadata = {
      client_name: name,
      redirect_uris: [redirectUrl],
      grant_types: ['authorization_code', 'refresh_token'],
      response_types: ['code'],
      token_endpoint_auth_method: 'none',
    };
  }

  /** For the answer of the browser to be compared with. */
  get expectedState(): string | undefined {
    return this.#state;
  }

  state(): string {
    this.#state = randomUUID();
    return this.#state;
  }

  clientInformation(): Registration | undefined {
    return this.#registration;
  }

  saveClientInformation(registration: Registration): void {
    this.#registration = registration;
  }

  tokens(): Tokens | undefined {
    return this.#tokens;
  }

  saveTokens(tokens: Tokens): void {
    this.#tokens = tokens;
  }

  redirectToAuthorization(url: URL): void {
    this.authorizationUrl = url;
  }

  saveCodeVerifier(verifier: string): void {
    this.#verifier = verifier;
  }

  codeVerifier(): string {
    if (this.#verifier === undefined) throw new Error('no authorization was begun');
    return this.#verifier;
  }

  saveDiscoveryState(discovery: Discovery): void {
    this.#discovery = discovery;
  }

  discoveryState(): Discovery | undefined {
    return this.#discovery;
  }

  invalidateCredentials(which: Invalid): void {
    this.invalidated.push(which);
    const all = which === 'all';
    if (all || which === 'client') this.#registration = undefined;
    if (all || which === 'tokens') this.#tokens = undefined;
    if (all || which === 'verifier') this.#verifier = undefined;
    if (all || which === 'discovery') this.#discovery = undefined;
  }
}
