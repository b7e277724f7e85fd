import type { Principal } from '../access/principal.ts';
import { principalKey } from '../access/principal-key.ts';
import { composeSignInDependencies } from '../dependencies.ts';
import type { Config } from '../config.ts';
import type { Principal as Person } from '../store/principal.ts';
import type { Store } from '../store/store.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { commandLog, signInOf, withStore } from './with-store.ts';

/** What one person allowed the gateway to keep. */
interface Kept {
  readonly subject: string;
  readonly issuer: string;
  readonly kind: 'app password' | 'offline access';
  readonly since: string;
  readonly state: 'in use' | 'refused';
}

const PAGE = 200;

/** Lists who has connected what; no secret is read. */
export async function listGrants(
  config: Config,
  terminal: Terminal,
  { json }: { readonly json: boolean },
): Promise<void> {
  const kept = await withStore(config, terminal, keptIn);
  if (json) {
    terminal.out(`${JSON.stringify(kept, null, 2)}\n`);
    return;
  }
  const rows = kept.map(({ subject, kind, since, state, issuer }) => [
    subject,
    kind,
    since,
    state,
    issuer,
  ]);
  terminal.out(table(rows));
  terminal.out(`\n${String(kept.length)} in all\n`);
}

async function keptIn(store: Store): Promise<Kept[]> {
  const kept: Kept[] = [];
  const add = (
    { issuer, subject }: Person,
    kind: Kept['kind'],
    createdAt: number,
    refused: number | undefined,
  ): void => {
    const since = new Date(createdAt * 1000).toISOString();
    kept.push({
      subject,
      issuer,
      kind,
      since,
      state: refused === undefined ? 'in use' : 'refused',
    });
  };
  for await (const one of pages((after) => store.appPasswords.list(PAGE, after)))
    add(one.principal, 'app password', one.createdAt, one.deadAt);
  for await (const one of pages((after) => store.grants.list(PAGE, after)))
    add(one.principal, 'offline access', one.createdAt, one.refusedAt);
  return kept;
}

async function* pages<T extends { readonly principal: Person }>(
  read: (after: Person | undefined) => Promise<readonly T[]>,
): AsyncGenerator<T> {
  for (let after: Person | undefined; ;) {
    const page = await read(after);
    yield* page;
    after = page.at(-1)?.principal;
    if (page.length < PAGE || after === undefined) return;
  }
}

/**
 * Takes back what a person allowed: deleted here, and made worthless at Nextcloud or the provider. Gives the exit code:
 * 1 when there was nothing, or when it could not be made worthless there.
 */
export async function revokeGrant(
  config: Config,
  terminal: Terminal,
  subject: string,
  issuer: string | undefined,
): Promise<number> {
  const signIn = signInOf(config);
  const log = commandLog(terminal);
  const dependencies = await composeSignInDependencies({ config, signIn, log });
  try {
    const found = dependencies.signIn === undefined ? [] : await keptIn(dependencies.signIn.store);
    const issuers = new Set(
      found
        .filter((one) => one.subject === subject && (issuer ?? one.issuer) === one.issuer)
        .map((one) => one.issuer),
    );
    const [only, ...more] = issuers;
    if (only === undefined) {
      terminal.err(`Nothing is kept for ${subject}.\n`);
      return 1;
    }
    if (more.length > 0) {
      terminal.err(`Several issuers know a ${subject}; say which with --issuer:\n`);
      terminal.err([...issuers].map((one) => `  ${one}\n`).join(''));
      return 1;
    }
    const revoked = await dependencies.signIn?.provisioning.revoke(personOf(only, subject));
    terminal.out(
      revoked?.everywhere === true
        ? 'Taken back, here and at its source.\n'
        : 'Deleted here. It could not be confirmed at its source.\n',
    );
    return revoked?.everywhere === true ? 0 : 1;
  } finally {
    await dependencies.close();
  }
}

function personOf(issuer: string, subject: string): Principal {
  const key = principalKey(issuer, subject);
  const nobodysToken = { username: undefined, clientId: 'command line', expiresAt: 0 };
  return { key, issuer, subject, ...nobodysToken, scopes: new Set() };
}
