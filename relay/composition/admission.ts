import type { Principal } from '../access/principal.ts';
import { principalKey } from '../store/principal.ts';
import { permitted } from '../store/access-rules.ts';
import type { AccessRule } from '../store/access-rules.ts';
import type { Store } from '../store/store.ts';

/** An administrator's decisions about people and clients, as they stand now. */
export interface Admission {
  /**
   * Whether the person may call, through this client. `subjectToken`: of this very call, to ask Nextcloud for their
   * groups. @throws RelayError when it has to be asked and does not answer
   */
  readonly permits: (principal: Principal, subjectToken: string) => Promise<boolean>;
  /** Whether the person may change anything. */
  readonly readOnly: (principal: Principal) => Promise<boolean>;
}

/** Somebody's groups; undefined: nothing of Nextcloud can be reached for them, so there is nothing to keep from them. */
export type GroupsOf = (
  principal: Principal,
  subjectToken: string,
) => Promise<readonly string[] | undefined>;

interface Decisions {
  readonly rules: readonly AccessRule[];
  readonly readOnly: ReadonlySet<string>;
}

/** So long a decision may take to reach every process. */
const KEPT_MS = 5_000;

/** By what the rules may name somebody. */
export type NamesOf = (principal: Principal) => readonly string[];

/** `username` only where it is the Nextcloud user id: elsewhere people may choose it, and so choose whose rule counts. */
export function namesBy(usernameIsUserId: boolean): NamesOf {
  return ({ subject, username }) =>
    usernameIsUserId && username !== undefined ? [subject, username] : [subject];
}

/** Reads the lists, which are short, once for all calls of a few seconds. @param now epoch milliseconds */
export function admission(
  { accessRules, users }: Pick<Store, 'accessRules' | 'users'>,
  now: () => number,
  groupsOf: GroupsOf,
  namesOf: NamesOf = namesBy(true),
): Admission {
  let kept: Promise<Decisions> | undefined;
  let until = 0;

  async function read(): Promise<Decisions> {
    const [rules, people] = await Promise.all([accessRules.list(), users.listReadOnly()]);
    return { rules, readOnly: new Set(people.map(principalKey)) };
  }

  function decisions(): Promise<Decisions> {
    if (kept === undefined || now() >= until) {
      until = now() + KEPT_MS;
      kept = read();
      kept.catch(() => (kept = undefined)); // a failure is not kept: who asks next asks the store
    }
    return kept;
  }

  return {
    async permits(principal, subjectToken) {
      const { rules } = await decisions();
      const isPermitted =
        permitted(rules, 'client', [principal.clientId]) &&
        permitted(rules, 'user', namesOf(principal));
      if (!isPermitted || !rules.some(({ kind }) => kind === 'group')) return isPermitted;
      const groups = await groupsOf(principal, subjectToken);
      return groups === undefined || permitted(rules, 'group', groups);
    },
    async readOnly({ key }) {
      return (await decisions()).readOnly.has(key);
    },
  };
}
