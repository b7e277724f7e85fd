/** Who is calling, as far as a verified access token says. Nothing here is secret. */
export interface Principal {
  /** Stable key over issuer and subject; rows of the store and caches are kept by it. */
  readonly key: string;
  readonly issuer: string;
  readonly subject: string;
  /** Login name at the identity provider, when the token tells it. */
  readonly username: string | undefined;
  /** The MCP client the token was issued to (`azp`, `client_id`). */
  readonly clientId: string;
  readonly scopes: ReadonlySet<string>;
  /** Epoch seconds. */
  readonly expiresAt: number;
}
