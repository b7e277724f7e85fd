import type { Config } from '../config.ts';
import { ConfigurationError } from '../config.ts';
import type { RuleEffect, RuleKind } from '../store/access-rules.ts';
import { personNamed } from './person.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { withStore } from './with-store.ts';

const KINDS: readonly string[] = ['client', 'user', 'group'] satisfies RuleKind[];

/** Seconds until every gateway on the store knows, see `composition/admission.ts`. */
const SOON = 'Running gateways know within five seconds.';

/** Who may come in, who may not, and who may change nothing. */
export async function listAccess(
  config: Config,
  terminal: Terminal,
  { json }: { readonly json: boolean },
): Promise<void> {
  const [rules, readOnly] = await withStore(config, terminal, (store) =>
    Promise.all([store.accessRules.list(), store.users.listReadOnly()]),
  );
  if (json) {
    terminal.out(`${JSON.stringify({ rules, readOnly }, null, 2)}\n`);
    return;
  }
  const rows = [
    ...rules.map(({ kind, name, effect }) => [effect, kind, name]),
    ...readOnly.map(({ issuer, subject }) => ['read only', 'user', `${subject} (${issuer})`]),
  ];
  terminal.out(rows.length === 0 ? 'Everybody may come in and work.\n' : table(rows));
}

export async function setAccess(
  config: Config,
  terminal: Terminal,
  effect: RuleEffect,
  kind: string,
  name: string,
): Promise<void> {
  const known = kindNamed(kind);
  await withStore(config, terminal, async (store) => {
    await store.accessRules.set(known, name, effect);
    await store.audit.record({
      event: `access.${effect}`,
      outcome: 'ok',
      target: `${kind} ${name}`,
    });
  });
  const others =
    effect === 'allow' ? ` Of ${kind}s, only those allowed by name may come in now.` : '';
  const when =
    known === 'group' ? 'Who is in a group, Nextcloud is asked every five minutes.' : SOON;
  terminal.out(`Done.${others} ${when}\n`);
}

/** Gives the exit code: 1 when there was no such rule. */
export async function forgetAccess(
  config: Config,
  terminal: Terminal,
  kind: string,
  name: string,
): Promise<number> {
  const known = kindNamed(kind);
  const removed = await withStore(config, terminal, async (store) => {
    const there = await store.accessRules.remove(known, name);
    if (there)
      await store.audit.record({
        event: 'access.forget',
        outcome: 'ok',
        target: `${kind} ${name}`,
      });
    return there;
  });
  if (removed) terminal.out(`Done. ${SOON}\n`);
  else terminal.err(`There is no rule for the ${kind} ${name}.\n`);
  return removed ? 0 : 1;
}

export async function setReadOnly(
  config: Config,
  terminal: Terminal,
  name: string,
  { off, issuer }: { readonly off: boolean; readonly issuer?: string },
): Promise<void> {
  const person = personNamed(config, name, issuer);
  await withStore(config, terminal, async (store) => {
    await store.users.setReadOnly(person, !off);
    const event = off ? 'access.read_write' : 'access.read_only';
    await store.audit.record({ event, outcome: 'ok', target: name });
  });
  terminal.out(`${name} may ${off ? 'change things again' : 'only read now'}. ${SOON}\n`);
}

function kindNamed(kind: string): RuleKind {
  if (KINDS.includes(kind)) return kind as RuleKind;
  throw new ConfigurationError([
    {
      setting: 'kind',
      message: `${JSON.stringify(kind)} is not a kind of rule`,
      hint: 'It is client, user or group.',
    },
  ]);
}
