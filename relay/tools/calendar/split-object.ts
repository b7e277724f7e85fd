import { RelayError } from '../../errors.ts';
import { Component } from '../../nextcloud/codecs/content-lines.ts';
import { calendarOf } from '../../nextcloud/codecs/icalendar.ts';
import type { ToolContext } from '../tool.ts';
import { readObject } from './calendar-objects.ts';
import type { CalendarObject } from './calendar-objects.ts';
import {
  ATTEMPTS,
  createObject,
  deleteObject,
  explained,
  isPreconditionFailure,
  keyOf,
  refuseStale,
  storedObject,
  write,
} from './edit-object.ts';
import type { Target, Written } from './edit-object.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** The second part of an object that is divided. */
export interface SecondPart {
  /** A new one. */
  readonly uid: string;
  readonly content: Component;
}

export interface Divided {
  /** What stays under the old UID. */
  readonly first: Written;
  /** Undefined when nothing had to be divided: the change was made in the object itself. */
  readonly second: Written | undefined;
}

/**
 * Divides an object: `divide` turns it into its first part and gives the second. There is no request that writes
 * both, so the second is stored first: whatever happens then, nothing is lost. When the server refuses to shorten the
 * first, the second is taken back; when it is not known whether it did, both are left, and the error says so.
 *
 * @param from names the cut, for the error
 * @throws RelayError `not_found`, `conflict` (with the current state), what `divide` throws, `write_state_unknown`
 */
export async function divideObject(
  context: ToolContext,
  target: Target,
  from: string,
  divide: (calendar: Component) => SecondPart | undefined,
): Promise<Divided> {
  return oneAtATime(await keyOf(context, target), async () => {
    for (let attempt = 1; ; attempt += 1) {
      const current = await storedObject(context, target);
      refuseStale(target, current);
      const file = Component.parse(current.text);
      const part = divide(calendarOf(file));
      try {
        return await writeParts(context, target, from, current, file.toString(), part);
      } catch (error) {
        const again = isPreconditionFailure(error) && target.etag === '' && attempt < ATTEMPTS;
        if (!again) throw await explained(context, target, current, error);
      }
    }
  });
}

async function writeParts(
  context: ToolContext,
  target: Target,
  from: string,
  current: CalendarObject,
  shortened: string,
  part: SecondPart | undefined,
): Promise<Divided> {
  const condition = { 'If-Match': current.etag };
  if (part === undefined)
    return { first: await write(context, current, shortened, condition), second: undefined };
  const second = await storedSecond(context, target, part);
  // what has begun is finished, even if the client no longer waits for it
  const finishing = { ...context, signal: new AbortController().signal };
  try {
    return { first: await write(finishing, current, shortened, condition), second };
  } catch (error) {
    const outcome = await outcomeOf(finishing, current, shortened, error);
    if (typeof outcome === 'object') return { first: { object: outcome, status: 204 }, second };
    const { name, etag } = second.object;
    const created = { ...target, uid: part.uid, etag, name };
    if (outcome === 'refused' && (await isDeleted(finishing, created))) throw error;
    throw bothThere(target, part.uid, from, outcome, error);
  }
}

async function storedSecond(
  context: ToolContext,
  { calendar, uid: oldUid }: Target,
  { uid, content }: SecondPart,
): Promise<Written> {
  return createObject(context, calendar, `${uid}.ics`, content).catch((error: unknown) => {
    if (!(error instanceof RelayError) || error.code !== 'write_state_unknown') throw error;
    throw new RelayError(
      error.code,
      'The connection broke before Nextcloud answered. The series is as it was; a second one with the changed ' +
        'instances may have been stored beside it.',
      {
        hint: 'Look for the new one and delete it before trying again.',
        details: { new_uid: uid, old_uid: oldUid },
        cause: error,
      },
    );
  });
}

/**
 * What became of the first part after a failed write: `refused` when the server answered and it is still as it was,
 * its present state when it was shortened all the same, `unknown` when an answer is missing.
 */
async function outcomeOf(
  context: ToolContext,
  before: CalendarObject,
  shortened: string,
  error: unknown,
): Promise<'refused' | 'unknown' | CalendarObject> {
  const { status, code } = error instanceof RelayError ? error : {};
  const neverSent = code === 'unreachable' || code === 'tls_failure';
  if (neverSent || (status !== undefined && status < 500)) return 'refused';
  const now = await readObject(context, before.calendar, before.name).catch(() => undefined);
  if (now?.text === shortened) return now;
  const answered = status !== undefined && code !== 'write_state_unknown';
  return answered && now?.etag === before.etag ? 'refused' : 'unknown';
}

async function isDeleted(context: ToolContext, target: Target): Promise<boolean> {
  return deleteObject(context, target).then(
    () => true,
    () => false,
  );
}

function bothThere(
  target: Target,
  created: string,
  from: string,
  outcome: 'refused' | 'unknown',
  cause: unknown,
): RelayError {
  const { code = 'internal', message = '' } = cause instanceof RelayError ? cause : {};
  const reason = message === '' ? '' : ` (${message.replace(/\.$/, '')})`;
  return new RelayError(
    outcome === 'refused' ? code : 'write_state_unknown',
    `The changed instances from ${from} on are stored as a new series, but ` +
      (outcome === 'refused'
        ? `the old one still has them too: it could not be shortened${reason}, nor the new one taken back.`
        : `it is not known whether the old one was shortened${reason}. If not, they are there twice.`),
    {
      hint:
        'Look at both. To finish, delete these instances of the old series (nc_calendar_delete_event with ' +
        'this_and_following); to undo, delete the new one.',
      details: { new_uid: created, old_uid: target.uid, recurrence_id: from },
      cause,
    },
  );
}
