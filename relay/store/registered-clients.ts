import type { Selectable } from 'kysely';
import type { StoreContext } from './context.ts';
import type { Tables } from './schema.ts';
import { listToText, textToList } from './stored-list.ts';

/** Our own registration as an OAuth client at a provider (RFC 7591). Times are epoch seconds. */
export interface RegisteredClient {
  readonly clientId: string;
  readonly clientSecret?: string | undefined;
  /** With `registrationUri`: to change or delete the registration (RFC 7592). */
  readonly registrationToken?: string | undefined;
  readonly registrationUri?: string | undefined;
  readonly redirectUris: readonly string[];
  /** End of the client secret; absent: never (`client_secret_expires_at` 0). */
  readonly expiresAt?: number | undefined;
}

export type StoredClient = RegisteredClient & { readonly createdAt: number };

export interface RegisteredClients {
  find(issuer: string): Promise<StoredClient | undefined>;
  /**
   * Stores it if the provider's present registration is still `replaces` (absent: none). False when another process was
   * faster: read again, use that one, and delete the own registration at the provider.
   */
  save(issuer: string, client: RegisteredClient, replaces?: string): Promise<boolean>;
  /** Gives what was stored, to be deleted at the provider. */
  remove(issuer: string): Promise<StoredClient | undefined>;
}

const SECRET = 'registered_clients.client_secret';
const TOKEN = 'registered_clients.registration_token';

type Row = Selectable<Tables['registered_clients']>;

export function registeredClientsIn({ db, secrets, now }: StoreContext): RegisteredClients {
  const clientOf = (row: Row): StoredClient => ({
    clientId: row.client_id,
    redirectUris: textToList(row.redirect_uris),
    createdAt: row.created_at,
    ...(row.client_secret === null
      ? {}
      : { clientSecret: secrets.open(SECRET, row.issuer, row.client_secret) }),
    ...(row.registration_token === null
      ? {}
      : { registrationToken: secrets.open(TOKEN, row.issuer, row.registration_token) }),
    ...(row.registration_uri === null ? {} : { registrationUri: row.registration_uri }),
    ...(row.expires_at === null ? {} : { expiresAt: row.expires_at }),
  });

  const rowOf = (issuer: string, client: RegisteredClient): Row => ({
    issuer,
    client_id: client.clientId,
    client_secret:
      client.clientSecret === undefined ? null : secrets.seal(SECRET, issuer, client.clientSecret),
    registration_token:
      client.registrationToken === undefined
        ? null
        : secrets.seal(TOKEN, issuer, client.registrationToken),
    registration_uri: client.registrationUri ?? null,
    redirect_uris: listToText(client.redirectUris),
    created_at: now(),
    expires_at: client.expiresAt ?? null,
  });

  return {
    async find(issuer) {
      const row = await db
        .selectFrom('registered_clients')
        .selectAll()
        .where('issuer', '=', issuer)
        .executeTakeFirst();
      return row && clientOf(row);
    },

    async save(issuer, client, replaces) {
      const row = rowOf(issuer, client);
      if (replaces === undefined) {
        const inserted = await db
          .insertInto('registered_clients')
          .values(row)
          .onConflict((conflict) => conflict.column('issuer').doNothing())
          .returning('issuer')
          .executeTakeFirst();
        return inserted !== undefined;
      }
      const updated = await db
        .updateTable('registered_clients')
        .set(row)
        .where('issuer', '=', issuer)
        .where('client_id', '=', replaces)
        .executeTakeFirst();
      return updated.numUpdatedRows > 0n;
    },

    async remove(issuer) {
      const row = await db
        .deleteFrom('registered_clients')
        .where('issuer', '=', issuer)
        .returningAll()
        .executeTakeFirst();
      return row && clientOf(row);
    },
  };
}
