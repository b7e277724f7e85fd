import type { Insertable, Selectable, SelectQueryBuilder } from 'kysely';
import { RelayError } from '../errors.ts';
import { redactText } from '../redact.ts';
import type { StoreContext } from './context.ts';
import { gatheredRows } from './gathered-rows.ts';
import { principalKey } from './principal.ts';
import type { Principal } from './principal.ts';
import type { Tables } from './schema.ts';

export type AuditOutcome = 'ok' | 'refused' | 'failed';

/** One thing that happened: who, what, which client, how it ended. Never content, never a token. */
export interface AuditEvent {
  /** Dotted name, e.g. `tool.called`, `grant.revoked`. */
  readonly event: string;
  readonly outcome: AuditOutcome;
  /** Absent when nobody was recognised. */
  readonly principal?: Principal | undefined;
  readonly clientId?: string | undefined;
  /** What it was done to, by name: a tool, a scope, a client. */
  readonly target?: string | undefined;
  /** Request id, as in the access log. */
  readonly correlationId?: string | undefined;
}

export interface AuditEntry extends AuditEvent {
  readonly id: number;
  /** Epoch seconds. */
  readonly at: number;
}

export interface AuditFilter {
  readonly principal?: Principal | undefined;
  readonly event?: string | undefined;
  readonly outcome?: AuditOutcome | undefined;
  readonly clientId?: string | undefined;
  readonly correlationId?: string | undefined;
  /** Epoch seconds, inclusive. */
  readonly since?: number | undefined;
  /** Epoch seconds, exclusive. */
  readonly until?: number | undefined;
}

export interface AuditPage {
  /** Newest first. */
  readonly entries: readonly AuditEntry[];
  readonly nextCursor?: string;
}

export interface AuditLog {
  record(event: AuditEvent): Promise<void>;
  /** For what happens all the time: waits a moment for others to be written with. Reading here sees it at once. */
  recordSoon(event: AuditEvent): Promise<void>;
  /** Resolves when nothing waits any more. */
  settled(): Promise<void>;
  /** @throws RelayError `invalid_argument` for a cursor that is none. */
  list(
    filter: AuditFilter,
    page: { limit: number; cursor?: string | undefined },
  ): Promise<AuditPage>;
  /** Lines of JSON with ISO times, oldest first, read in batches: the log may be larger than memory. */
  exportLines(filter: AuditFilter): AsyncGenerator<string>;
}

const EXPORT_BATCH = 500;
const LONGEST_TEXT = 200;
/** That much of the log a power cut may take. */
const WAIT_MS = 100;
const MOST_TOGETHER = 500;

type Row = Selectable<Tables['audit_log']>;
type NewRow = Insertable<Tables['audit_log']>;

export function auditLogIn({ db, now }: StoreContext): AuditLog {
  const insert = (rows: readonly NewRow[]) => db.insertInto('audit_log').values(rows).execute();
  const waiting = gatheredRows({ insert, waitMs: WAIT_MS, most: MOST_TOGETHER });
  return {
    async record(event) {
      await insert([rowOf(event, now())]);
    },
    recordSoon: (event) => waiting.add(rowOf(event, now())),
    settled: () => waiting.flush(),

    async list(filter, { limit, cursor }) {
      await waiting.flush();
      let query = filtered(db.selectFrom('audit_log').selectAll(), filter);
      if (cursor !== undefined) query = query.where('id', '<', positionOf(cursor));
      const rows = await query
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
      const entries = rows.slice(0, limit).map(entryOf);
      const last = entries.at(-1);
      return rows.length > limit && last !== undefined
        ? { entries, nextCursor: `before-${String(last.id)}` }
        : { entries };
    },

    async *exportLines(filter) {
      await waiting.flush();
      for (let after = 0; ;) {
        const rows = await filtered(db.selectFrom('audit_log').selectAll(), filter)
          .where('id', '>', after)
          .orderBy('id')
          .limit(EXPORT_BATCH)
          .execute();
        for (const row of rows) yield lineOf(entryOf(row));
        const last = rows.at(-1);
        if (last === undefined || rows.length < EXPORT_BATCH) return;
        after = last.id;
      }
    },
  };
}

function rowOf(entry: AuditEvent, at: number): NewRow {
  const { event, outcome, principal, clientId, target, correlationId } = entry;
  return {
    at,
    event: clean(event),
    outcome,
    principal_key: principal === undefined ? null : principalKey(principal),
    issuer: principal === undefined ? null : clean(principal.issuer),
    subject: principal === undefined ? null : clean(principal.subject),
    client_id: clientId === undefined ? null : clean(clientId),
    target: target === undefined ? null : clean(target),
    correlation_id: correlationId === undefined ? null : clean(correlationId),
  };
}

type AuditQuery = SelectQueryBuilder<Tables, 'audit_log', Row>;

function filtered(query: AuditQuery, filter: AuditFilter): AuditQuery {
  const equal = {
    principal_key: filter.principal === undefined ? undefined : principalKey(filter.principal),
    event: filter.event,
    outcome: filter.outcome,
    client_id: filter.clientId,
    correlation_id: filter.correlationId,
  };
  let narrowed = query;
  for (const [column, value] of Object.entries(equal)) {
    if (value !== undefined) narrowed = narrowed.where(column as keyof typeof equal, '=', value);
  }
  if (filter.since !== undefined) narrowed = narrowed.where('at', '>=', filter.since);
  if (filter.until !== undefined) narrowed = narrowed.where('at', '<', filter.until);
  return narrowed;
}

/** Names can come from outside: no control characters (PostgreSQL refuses NUL), nothing that looks like a secret. */
function clean(text: string): string {
  return redactText(text.slice(0, LONGEST_TEXT).replace(/[\u0000-\u001f\u007f]/g, ' '));
}

function positionOf(cursor: string): number {
  const position = /^before-(\d{1,15})$/.exec(cursor)?.[1];
  if (position === undefined) {
    throw new RelayError('invalid_argument', 'That cursor is not one this list gave out.', {
      hint: 'Leave cursor out to start, or give back the one of the previous page unchanged.',
    });
  }
  return Number(position);
}

function entryOf(row: Row): AuditEntry {
  return {
    id: row.id,
    at: row.at,
    event: row.event,
    outcome: row.outcome as AuditOutcome,
    ...(row.issuer === null || row.subject === null
      ? {}
      : { principal: { issuer: row.issuer, subject: row.subject } }),
    ...(row.client_id === null ? {} : { clientId: row.client_id }),
    ...(row.target === null ? {} : { target: row.target }),
    ...(row.correlation_id === null ? {} : { correlationId: row.correlation_id }),
  };
}

function lineOf({ at, ...entry }: AuditEntry): string {
  return `${JSON.stringify({ time: new Date(at * 1000).toISOString(), ...entry })}\n`;
}
