import type { Config } from '../config.ts';
import { ConfigurationError } from '../config.ts';
import type { AuditFilter } from '../store/audit-log.ts';
import { personNamed } from './person.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';
import { withStore } from './with-store.ts';

export interface AuditFlags {
  readonly since: string | undefined;
  readonly until: string | undefined;
  readonly event: string | undefined;
  readonly subject: string | undefined;
  readonly issuer: string | undefined;
  readonly limit: string | undefined;
}

const SHOWN = 50;

/** The newest entries, as a table. */
export async function listAudit(
  config: Config,
  terminal: Terminal,
  flags: AuditFlags,
): Promise<void> {
  const filter = filterOf(config, flags);
  const limit = Math.min(Math.max(1, Number(flags.limit ?? SHOWN) || SHOWN), 1000);
  const { entries } = await withStore(config, terminal, (store) =>
    store.audit.list(filter, { limit }),
  );
  const rows = entries.map(({ at, event, outcome, principal, clientId, target, correlationId }) => [
    new Date(at * 1000).toISOString(),
    event,
    outcome,
    principal?.subject ?? '',
    clientId ?? '',
    target ?? '',
    correlationId ?? '',
  ]);
  terminal.out(table(rows));
}

/** Every entry as a line of JSON, oldest first. */
export async function exportAudit(
  config: Config,
  terminal: Terminal,
  flags: AuditFlags,
): Promise<void> {
  const filter = filterOf(config, flags);
  await withStore(config, terminal, async (store) => {
    for await (const line of store.audit.exportLines(filter)) terminal.out(line);
  });
}

function filterOf(
  config: Config,
  { since, until, event, subject, issuer }: AuditFlags,
): AuditFilter {
  return {
    ...(since === undefined ? {} : { since: secondsOf('--since', since) }),
    ...(until === undefined ? {} : { until: secondsOf('--until', until) }),
    ...(event === undefined ? {} : { event }),
    ...(subject === undefined ? {} : { principal: personNamed(config, subject, issuer) }),
  };
}

function secondsOf(setting: string, text: string): number {
  const ms = Date.parse(text);
  if (!Number.isNaN(ms)) return Math.floor(ms / 1000);
  throw new ConfigurationError([
    {
      setting,
      message: `${JSON.stringify(text)} is not a time`,
      hint: 'E.g. 2026-01-31 or 2026-01-31T12:00:00Z.',
    },
  ]);
}
