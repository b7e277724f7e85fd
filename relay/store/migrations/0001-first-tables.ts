import { sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import type { Dialect } from './dialect.ts';

const PRINCIPAL = 'principal_key text not null, issuer text not null, subject text not null';
const MAYBE_PRINCIPAL = 'principal_key text, issuer text, subject text';

/** Everything the gateway keeps. Column meanings stand in schema.ts. */
export function firstTables(dialect: Dialect): Migration {
  const statements = [
    'create table store_facts (name text primary key, sealed_value text not null)',

    `create table users (${PRINCIPAL}, read_only bigint not null, created_at bigint not null,
      updated_at bigint not null, primary key (principal_key))`,

    `create table grants (${PRINCIPAL}, refresh_token text not null, audience text not null, scopes text not null,
      client_id text not null, generation bigint not null, created_at bigint not null, updated_at bigint not null,
      expires_at bigint, refused_at bigint, lease_holder text, lease_until bigint, primary key (principal_key))`,
    'create index grants_by_lease on grants (lease_until)',

    `create table app_passwords (${PRINCIPAL}, password_id text not null, app_password text not null,
      login_name text not null, user_id text not null, server text not null, scopes text,
      created_at bigint not null, last_used_at bigint, dead_at bigint, primary key (principal_key))`,

    `create table flows (id_hash text primary key, kind text not null, ${MAYBE_PRINCIPAL}, payload text not null,
      created_at bigint not null, expires_at bigint not null, keep_until bigint not null,
      next_poll_at bigint not null)`,
    'create index flows_by_end on flows (keep_until)',

    `create table registered_clients (issuer text primary key, client_id text not null, client_secret text,
      registration_token text, registration_uri text, redirect_uris text not null, created_at bigint not null,
      expires_at bigint)`,

    `create table sessions (id_hash text primary key, ${MAYBE_PRINCIPAL}, content text not null,
      idle_seconds bigint not null, created_at bigint not null, last_seen_at bigint not null,
      idle_expires_at bigint not null, expires_at bigint not null)`,
    'create index sessions_by_principal on sessions (principal_key)',
    'create index sessions_by_end on sessions (idle_expires_at)',

    `create table oidc_artifacts (id_hash text primary key, model text not null, payload text not null,
      grant_hash text, uid_hash text, user_code_hash text, account_id text, client_id text,
      created_at bigint not null, expires_at bigint, consumed_at bigint)`,
    'create index oidc_artifacts_by_grant on oidc_artifacts (grant_hash)',
    'create index oidc_artifacts_by_uid on oidc_artifacts (uid_hash)',
    'create index oidc_artifacts_by_user_code on oidc_artifacts (user_code_hash)',
    'create index oidc_artifacts_by_account on oidc_artifacts (account_id)',
    'create index oidc_artifacts_by_client on oidc_artifacts (client_id, model)',
    'create index oidc_artifacts_by_end on oidc_artifacts (expires_at)',
    'create index oidc_artifacts_by_consumption on oidc_artifacts (consumed_at)',

    `create table consents (${PRINCIPAL}, client_id text not null, client_name text, scopes text not null,
      created_at bigint not null, updated_at bigint not null, last_used_at bigint,
      primary key (principal_key, client_id))`,

    `create table access_rules (kind text not null, name text not null, effect text not null,
      created_at bigint not null, primary key (kind, name))`,

    'create table used_tokens (id_hash text primary key, expires_at bigint not null)',
    'create index used_tokens_by_end on used_tokens (expires_at)',

    `create table server_keys (key_id text primary key, purpose text not null, position bigint not null,
      material text not null, created_at bigint not null, expires_at bigint, unique (purpose, position))`,

    `create table audit_log (id ${identity(dialect)}, at bigint not null, event text not null, outcome text not null,
      ${MAYBE_PRINCIPAL}, client_id text, target text, correlation_id text)`,
    'create index audit_log_by_principal on audit_log (principal_key, id)',
    'create index audit_log_by_time on audit_log (at)',
  ];
  return {
    async up(db) {
      for (const statement of statements) await sql.raw(statement).execute(db);
    },
  };
}

/** Numbers that are never given out twice, so that a cursor stays true after old rows were swept. */
function identity(dialect: Dialect): string {
  return dialect === 'sqlite'
    ? 'integer primary key autoincrement'
    : 'bigint generated always as identity primary key';
}
