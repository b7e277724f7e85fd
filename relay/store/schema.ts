import type { Generated } from 'kysely';

/**
 * The tables, the same in SQLite and PostgreSQL. Times are whole epoch seconds, flags 0 or 1, lists JSON text.
 * Columns typed `Sealed` hold an envelope of secrets.ts; columns ending in `_hash` a SHA-256 of an id (opaque-id.ts).
 */
export interface Tables {
  store_facts: StoreFactsTable;
  users: UsersTable;
  grants: GrantsTable;
  app_passwords: AppPasswordsTable;
  nextcloud_tokens: NextcloudTokensTable;
  flows: FlowsTable;
  registered_clients: RegisteredClientsTable;
  sessions: SessionsTable;
  oidc_artifacts: OidcArtifactsTable;
  consents: ConsentsTable;
  access_rules: AccessRulesTable;
  used_tokens: UsedTokensTable;
  server_keys: ServerKeysTable;
  audit_log: AuditLogTable;
}

export type Sealed = string;

interface PrincipalColumns {
  principal_key: string;
  issuer: string;
  subject: string;
}

interface StoreFactsTable {
  name: string;
  sealed_value: Sealed;
}

interface UsersTable extends PrincipalColumns {
  read_only: number;
  created_at: number;
  updated_at: number;
}

interface GrantsTable extends PrincipalColumns {
  refresh_token: Sealed;
  audience: string;
  scopes: string;
  client_id: string;
  generation: number;
  created_at: number;
  updated_at: number;
  expires_at: number | null;
  refused_at: number | null;
  lease_holder: string | null;
  lease_until: number | null;
}

interface AppPasswordsTable extends PrincipalColumns {
  password_id: string;
  app_password: Sealed;
  login_name: string;
  user_id: string;
  server: string;
  scopes: string | null;
  created_at: number;
  last_used_at: number | null;
  dead_at: number | null;
}

interface NextcloudTokensTable extends PrincipalColumns {
  /** Another one after each login and each refresh. */
  version: string;
  access_token: Sealed;
  refresh_token: Sealed;
  user_id: string;
  server: string;
  /** Of the access token. */
  expires_at: number;
  created_at: number;
  updated_at: number;
  last_used_at: number | null;
  dead_at: number | null;
  lease_until: number;
}

interface FlowsTable {
  id_hash: string;
  kind: string;
  principal_key: string | null;
  issuer: string | null;
  subject: string | null;
  payload: Sealed;
  created_at: number;
  expires_at: number;
  keep_until: number;
  next_poll_at: number;
}

interface RegisteredClientsTable {
  issuer: string;
  client_id: string;
  client_secret: Sealed | null;
  registration_token: Sealed | null;
  registration_uri: string | null;
  redirect_uris: string;
  created_at: number;
  expires_at: number | null;
}

interface SessionsTable {
  id_hash: string;
  principal_key: string | null;
  issuer: string | null;
  subject: string | null;
  content: Sealed;
  idle_seconds: number;
  created_at: number;
  last_seen_at: number;
  idle_expires_at: number;
  expires_at: number;
}

interface OidcArtifactsTable {
  id_hash: string;
  model: string;
  payload: Sealed;
  grant_hash: string | null;
  uid_hash: string | null;
  user_code_hash: string | null;
  account_id: string | null;
  client_id: string | null;
  created_at: number;
  expires_at: number | null;
  consumed_at: number | null;
}

interface ConsentsTable extends PrincipalColumns {
  client_id: string;
  client_name: string | null;
  scopes: string;
  created_at: number;
  updated_at: number;
  last_used_at: number | null;
}

interface AccessRulesTable {
  kind: string;
  name: string;
  effect: string;
  created_at: number;
}

interface UsedTokensTable {
  id_hash: string;
  expires_at: number;
}

interface ServerKeysTable {
  key_id: string;
  purpose: string;
  position: number;
  material: Sealed;
  created_at: number;
  expires_at: number | null;
}

interface AuditLogTable {
  id: Generated<number>;
  at: number;
  event: string;
  outcome: string;
  principal_key: string | null;
  issuer: string | null;
  subject: string | null;
  client_id: string | null;
  target: string | null;
  correlation_id: string | null;
}
