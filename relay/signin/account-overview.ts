/** An MCP client as a person may know it. Names are the client's own claim. */
export interface ClientFacts {
  readonly id: string;
  readonly name: string;
  /** Where the answer goes: host of the redirect address, or "this computer". */
  readonly host: string;
  /** The name comes from a document on `host` itself (client ID metadata document). */
  readonly vouched: boolean;
}

/** Times are epoch seconds. */
export interface ConnectedClient {
  readonly client: ClientFacts;
  readonly scopes: readonly string[];
  readonly since: number;
  readonly lastUsed?: number | undefined;
}

/** The credential the gateway keeps for a person. */
export interface KeptAccess {
  readonly kind: 'app-password' | 'nextcloud-oauth2' | 'offline-access' | 'environment';
  readonly since?: number | undefined;
  readonly lastUsed?: number | undefined;
  /** Nextcloud refused it. */
  readonly dead?: boolean | undefined;
}

export interface AccountAuditEntry {
  readonly at: number;
  readonly event: string;
  readonly outcome: string;
  readonly client?: string | undefined;
  readonly target?: string | undefined;
}

/** Everything the gateway knows about one person. `/user` gives exactly this as JSON. */
export interface AccountOverview {
  readonly mode: 'single-user' | 'embedded' | 'provider';
  readonly account: {
    readonly userId: string;
    readonly displayName?: string | undefined;
    readonly issuer?: string | undefined;
  };
  /** Host of the Nextcloud. */
  readonly nextcloud: string;
  readonly readOnly: boolean;
  readonly clients: readonly ConnectedClient[];
  readonly kept: readonly KeptAccess[];
  readonly audit: readonly AccountAuditEntry[];
}
