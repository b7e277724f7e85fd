import { Kysely } from 'kysely';
import type { Dialect as KyselyDialect } from 'kysely';
import { RelayError } from '../errors.ts';
import type { Logger } from '../log.ts';
import { accessRulesIn } from './access-rules.ts';
import type { AccessRules } from './access-rules.ts';
import { appPasswordsIn } from './app-passwords.ts';
import type { AppPasswords } from './app-passwords.ts';
import { auditLogIn } from './audit-log.ts';
import type { AuditLog } from './audit-log.ts';
import { consentsIn } from './consents.ts';
import type { Consents } from './consents.ts';
import type { StoreContext } from './context.ts';
import { flowsIn } from './flows.ts';
import type { Flows } from './flows.ts';
import { grantsIn } from './grants.ts';
import type { Grants } from './grants.ts';
import { checkKeys } from './key-check.ts';
import type { KeyRing } from './key-ring.ts';
import { migrate } from './migrate.ts';
import type { Dialect } from './migrations/dialect.ts';
import { nextcloudTokensIn } from './nextcloud-tokens.ts';
import type { NextcloudTokens } from './nextcloud-tokens.ts';
import { oidcArtifactsIn } from './oidc-artifacts.ts';
import type { OidcArtifacts } from './oidc-artifacts.ts';
import { redemptionsIn } from './redemptions.ts';
import type { Redemptions } from './redemptions.ts';
import { registeredClientsIn } from './registered-clients.ts';
import type { RegisteredClients } from './registered-clients.ts';
import { rotateKeys } from './rotate-keys.ts';
import type { RotationOptions, RotationProgress } from './rotate-keys.ts';
import type { Tables } from './schema.ts';
import { secretsOf } from './secrets.ts';
import { serverKeysIn } from './server-keys.ts';
import type { ServerKeys } from './server-keys.ts';
import { sessionsIn } from './sessions.ts';
import type { Sessions } from './sessions.ts';
import { sweep } from './sweep.ts';
import type { SweepOptions, Swept } from './sweep.ts';
import { usedTokensIn } from './used-tokens.ts';
import type { UsedTokens } from './used-tokens.ts';
import { usersIn } from './users.ts';
import type { Users } from './users.ts';

/**
 * Everything the gateway remembers. All times are whole epoch seconds. Several processes may share one database: each
 * method is atomic, and the ones that decide something (take, consume, lease, use) decide it once for all of them.
 */
export interface Store {
  readonly grants: Grants;
  readonly redemptions: Redemptions;
  readonly appPasswords: AppPasswords;
  readonly nextcloudTokens: NextcloudTokens;
  readonly flows: Flows;
  readonly registeredClients: RegisteredClients;
  readonly sessions: Sessions;
  readonly oidcArtifacts: OidcArtifacts;
  readonly consents: Consents;
  readonly accessRules: AccessRules;
  readonly users: Users;
  readonly usedTokens: UsedTokens;
  readonly serverKeys: ServerKeys;
  readonly audit: AuditLog;
  /** Deletes what is over. */
  sweep(options?: SweepOptions): Promise<Swept>;
  /** Rewrites all secrets under the primary key. */
  rotateKeys(options?: RotationOptions): Promise<readonly RotationProgress[]>;
  /** Answers when the database does; for readiness checks. */
  ping(): Promise<void>;
  close(): Promise<void>;
}

/** A file (SQLite), or a server by `postgres://` or `postgresql://` URL. */
export type StoreLocation = { readonly file: string } | { readonly url: string };

export type StoreOptions = StoreLocation & {
  readonly keys: KeyRing;
  readonly log: Logger;
  readonly now?: () => Date;
};

/**
 * Opens the database and brings its tables up to date.
 *
 * @throws RelayError `configuration`: an address that is none, other keys than the database was made with, a database
 * of a newer release. `unavailable`: the database cannot be reached or opened.
 */
export async function openStore(options: StoreOptions): Promise<Store> {
  const clock = options.now ?? (() => new Date());
  const secrets = secretsOf(options.keys);
  const [kind, dialect] = await dialectOf(options);
  const db = new Kysely<Tables>({ dialect });
  try {
    await migrate(db, kind, (transaction) => checkKeys(transaction, secrets));
  } catch (error) {
    await db.destroy();
    throw error instanceof RelayError ? error : unavailable(kind, error);
  }
  return storeOver({ db, secrets, now: () => Math.floor(clock().getTime() / 1000) });
}

async function dialectOf(options: StoreOptions): Promise<readonly [Dialect, KyselyDialect]> {
  if ('file' in options) {
    const { NodeSqliteDialect } = await import('./sqlite.ts');
    try {
      return ['sqlite', new NodeSqliteDialect(options.file)];
    } catch (error) {
      throw unavailable('sqlite', error);
    }
  }
  if (!/^postgres(?:ql)?:\/\//i.test(options.url)) {
    throw new RelayError('configuration', 'The address of the database is not a PostgreSQL URL.', {
      hint: 'It looks like postgres://user:password@host:5432/database. For SQLite give a file instead.',
    });
  }
  const { postgresDialect } = await import('./postgres.ts');
  return ['postgres', postgresDialect(options.url, options.log)];
}

function storeOver(context: StoreContext): Store {
  return {
    grants: grantsIn(context),
    redemptions: redemptionsIn(context),
    appPasswords: appPasswordsIn(context),
    nextcloudTokens: nextcloudTokensIn(context),
    flows: flowsIn(context),
    registeredClients: registeredClientsIn(context),
    sessions: sessionsIn(context),
    oidcArtifacts: oidcArtifactsIn(context),
    consents: consentsIn(context),
    accessRules: accessRulesIn(context),
    users: usersIn(context),
    usedTokens: usedTokensIn(context),
    serverKeys: serverKeysIn(context),
    audit: auditLogIn(context),
    sweep: (options) => sweep(context, options),
    rotateKeys: (options) => rotateKeys(context, options),
    async ping() {
      await context.db.selectFrom('store_facts').select('name').limit(1).execute();
    },
    close: () => context.db.destroy(),
  };
}

function unavailable(kind: Dialect, cause: unknown): RelayError {
  return kind === 'sqlite'
    ? new RelayError('unavailable', 'The database file cannot be opened.', {
        hint: 'Check that its folder exists and may be written by the gateway, and that the disk is not full.',
        cause,
      })
    : new RelayError('unavailable', 'The PostgreSQL database cannot be used.', {
        hint: 'Check that the server runs, and the address, name and password in the URL.',
        retryable: true,
        cause,
      });
}
