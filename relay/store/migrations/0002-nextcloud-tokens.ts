import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';

/** Tokens of Nextcloud's `oauth2` app. Column meanings stand in schema.ts. */
export function nextcloudTokens(): Migration {
  return {
    async up(db) {
      await sql
        .raw(
          `create table nextcloud_tokens (principal_key text not null, issuer text not null, subject text not null,
            version text not null, access_token text not null, refresh_token text not null, user_id text not null,
            server text not null, expires_at bigint not null, created_at bigint not null, updated_at bigint not null,
            last_used_at bigint, dead_at bigint, lease_until bigint not null, primary key (principal_key))`,
        )
        .execute(db);
    },
  };
}
