/** Every column that holds secrets, with the column that names its row. Changing keys walks this list. */
export const SEALED_COLUMNS = {
  'store_facts.sealed_value': { table: 'store_facts', column: 'sealed_value', row: 'name' },
  'grants.refresh_token': { table: 'grants', column: 'refresh_token', row: 'principal_key' },
  'app_passwords.app_password': {
    table: 'app_passwords',
    column: 'app_password',
    row: 'principal_key',
  },
  'nextcloud_tokens.access_token': {
    table: 'nextcloud_tokens',
    column: 'access_token',
    row: 'principal_key',
  },
  'nextcloud_tokens.refresh_token': {
    table: 'nextcloud_tokens',
    column: 'refresh_token',
    row: 'principal_key',
  },
  'flows.payload': { table: 'flows', column: 'payload', row: 'id_hash' },
  'registered_clients.client_secret': {
    table: 'registered_clients',
    column: 'client_secret',
    row: 'issuer',
  },
  'registered_clients.registration_token': {
    table: 'registered_clients',
    column: 'registration_token',
    row: 'issuer',
  },
  'sessions.content': { table: 'sessions', column: 'content', row: 'id_hash' },
  'oidc_artifacts.payload': { table: 'oidc_artifacts', column: 'payload', row: 'id_hash' },
  'server_keys.material': { table: 'server_keys', column: 'material', row: 'key_id' },
} as const;

export type SealedColumn = keyof typeof SEALED_COLUMNS;
