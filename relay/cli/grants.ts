import { composeSignInDependencies } from '../dependencies.ts';
import type { Config } from '../config.ts';
import { principalKey } from '../store/principal.ts';
import type { Principal as Person } from '../store/principal.ts';
import type { Store } from '../store/store.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { commandLog, signInOf, withStore } from './with-store.ts';

/** What one person allowed the gateway to keep. */
interface Kept {
  readonly subject: string;
  readonly issuer: string;
  /** At Nextcloud, where that is known. */
  readonly userId?: string;
  readonly kind: 'app password' | 'Nextcloud tokens' | 'offline access';
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
  const rows = kept.map(({ subject, userId, kind, since, state, issuer }) => [
    userId ?? subject,
    kind,
    since,
    state,
    userId === undefined || userId === subject ? issuer : `${issuer} (${subject})`,
  ]);
  terminal.out(table(rows));
  terminal.out(`\n${String(kept.length)} in all\n`);
}

async function keptIn(store: Store): Promise<Kept[]> {
  const kept: Kept[] = [];
  const add = (
    kind: Kept['kind'],
    { principal, userId, createdAt }: Listed,
    refused: number | undefined,
  ): void => {
    const since = new Date(createdAt * 1000).toISOString();
    const known = userId === undefined ? {} : { userId };
    const state = refused === undefined ? 'in use' : 'refused';
    kept.push({ ...principal, ...known, kind, since, state });
  };
  for await (const one of pages((after) => store.appPasswords.list(PAGE, after)))
    add('app password', one, one.deadAt);
  for await (const one of pages((after) => store.nextcloudTokens.list(PAGE, after)))
    add('Nextcloud tokens', one, one.deadAt);
  for await (const one of pages((after) => store.grants.list(PAGE, after)))
    add('offline access', one, one.refusedAt);
  return kept;
}

interface Listed {
  readonly principal: Person;
  readonly userId?: string;
  readonly createdAt: number;
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
 * Takes back what a person allowed: deleted here with every client's access, and made worthless at Nextcloud or the
 * provider. Gives the exit code: 1 when there was nothing, or when it could not be made worthless there.
 */
export async function revokeGrant(
  config: Config,
  terminal: Terminal,
  name: string,
  issuer: string | undefined,
): Promise<number> {
  const signIn = signInOf(config);
  const dependencies = await composeSignInDependencies({
    config,
    signIn,
    log: commandLog(terminal),
  });
  try {
    const { signIn: opened } = dependencies;
    if (opened === undefined) throw new Error('Nobody signs in here.');
    const people = peopleNamed(await keptIn(opened.store), name, issuer);
    const [only, ...more] = people;
    if (only === undefined) {
      terminal.err(`Nothing is kept for ${name}.\n`);
      return 1;
    }
    if (more.length > 0) {
      terminal.err(`Several issuers know a ${name}; say which with --issuer:\n`);
      terminal.err(people.map((one) => `  ${one.issuer}\n`).join(''));
      return 1;
    }
    const { everywhere } = await opened.desk.revokeAll(only);
    terminal.out(
      everywhere
        ? 'Taken back, here and at its source.\n'
        : 'Deleted here. It could not be confirmed at its source.\n',
    );
    return everywhere ? 0 : 1;
  } finally {
    await dependencies.close();
  }
}

/** By subject or by Nextcloud user id; each person once, however much is kept for them. */
function peopleNamed(
  kept: readonly Kept[],
  name: string,
  issuer: string | undefined,
): readonly Person[] {
  const found = kept.filter(
    (one) => (one.subject === name || one.userId === name) && (issuer ?? one.issuer) === one.issuer,
  );
  const people = found.map((one): Person => ({ issuer: one.issuer, subject: one.subject }));
  return [...new Map(people.map((person) => [principalKey(person), person])).values()];
}
