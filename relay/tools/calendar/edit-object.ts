import { RelayError } from '../../errors.ts';
import { Component } from '../../nextcloud/codecs/content-lines.ts';
import { calendarOf, objectZones, parseCalendar } from '../../nextcloud/codecs/icalendar.ts';
import { masterOf } from '../../nextcloud/codecs/icalendar-series.ts';
import { eventView, todoView } from '../../nextcloud/codecs/icalendar-view.ts';
import type { ComponentView } from '../../nextcloud/codecs/icalendar-view.ts';
import type { ToolContext } from '../tool.ts';
import { CALENDAR_BODY, findObject, readObject, readingObjects } from './calendar-objects.ts';
import type { CalendarObject, Kind } from './calendar-objects.ts';
import type { Calendar } from './calendars.ts';
import { oneAtATime } from './one-at-a-time.ts';

/** Operations behind `editObject`, `createObject` and `deleteObject`. */
export const writingObjects = [
  ...readingObjects,
  'caldav.write-calendar-object',
  'caldav.delete-calendar-object',
] as const;

/** Someone else may write between our reading and writing this often before we give up. */
export const ATTEMPTS = 3;

export interface Target {
  readonly calendar: Calendar;
  readonly kind: Kind;
  readonly uid: string;
  /** The state the caller has seen; empty: any. */
  readonly etag: string;
  /** File name, when it is known already. */
  readonly name?: string;
}

export interface Written {
  readonly object: CalendarObject;
  readonly status: number;
}

/**
 * Reads an object as it is stored, changes it, and writes it back on the condition that it is still the same. Without
 * an ETag of the caller the change is made again on a newer state; with one it is refused.
 *
 * @throws RelayError `not_found`, `conflict` (with the current state), and what the change throws
 */
export async function editObject(
  context: ToolContext,
  target: Target,
  change: (calendar: Component) => void,
): Promise<Written> {
  return oneAtATime(await keyOf(context, target), async () => {
    for (let attempt = 1; ; attempt += 1) {
      const current = await storedObject(context, target);
      refuseStale(target, current);
      const file = Component.parse(current.text);
      change(calendarOf(file));
      const text = file.toString();
      if (text === current.text) return { object: current, status: 204 };
      try {
        return await write(context, current, text, { 'If-Match': current.etag });
      } catch (error) {
        const again = isPreconditionFailure(error) && target.etag === '' && attempt < ATTEMPTS;
        if (!again) throw await explained(context, target, current, error);
      }
    }
  });
}

/** Creates an object that must not be there yet. */
export async function createObject(
  context: ToolContext,
  calendar: Calendar,
  name: string,
  content: Component,
): Promise<Written> {
  const user = await context.nextcloud.userId();
  const place = {
    calendar,
    name,
    href: `/calendars/${user}/${calendar.uri}/${name}`,
    etag: '',
    content,
  };
  return write(context, place, content.toString(), { 'If-None-Match': '*' });
}

/** Deletes a whole object (to the trash). @throws RelayError `not_found`, `conflict` */
export async function deleteObject(context: ToolContext, target: Target): Promise<CalendarObject> {
  return oneAtATime(await keyOf(context, target), async () => {
    const { nextcloud, signal } = context;
    const found = await anyObject(context, target);
    refuseStale(target, found);
    const user = await nextcloud.userId();
    const place = { user, calendar: target.calendar.uri, object: found.name };
    const condition = target.etag === '' ? {} : { 'If-Match': found.etag };
    try {
      await nextcloud.execute(
        'caldav.delete-calendar-object',
        { ...place, ...condition },
        { signal },
      );
    } catch (error) {
      throw await explained(context, target, found, error);
    }
    return found;
  });
}

/** Moves an object to another calendar under its own name. @throws RelayError `not_found`, `conflict` */
export async function moveObject(
  context: ToolContext,
  target: Target,
  to: Calendar,
): Promise<CalendarObject> {
  return oneAtATime(await keyOf(context, target), async () => {
    const { nextcloud, signal } = context;
    const found = await anyObject(context, target);
    refuseStale(target, found);
    const user = await nextcloud.userId();
    const href = `/calendars/${user}/${to.uri}/${found.name}`;
    const place = { user, calendar: target.calendar.uri, object: found.name };
    await nextcloud.execute(
      'caldav.move-calendar-object',
      { ...place, Destination: href },
      { signal },
    );
    return { ...found, calendar: to, href };
  });
}

export async function keyOf(
  { nextcloud }: ToolContext,
  { calendar, kind, uid }: Target,
): Promise<string> {
  return JSON.stringify([nextcloud.baseUrl, await nextcloud.userId(), calendar.uri, kind, uid]);
}

async function anyObject(
  context: ToolContext,
  target: Target,
): Promise<CalendarObject & { readonly text?: string }> {
  const { calendar, kind, uid, name } = target;
  if (name === undefined) return findObject(context, calendar, kind, uid);
  const object = await readObject(context, calendar, name);
  if (object === undefined) throw new RelayError('not_found', 'It was deleted meanwhile.');
  return object;
}

/** The object with its bytes; an answer to a search has them in another form. */
export async function storedObject(
  context: ToolContext,
  target: Target,
): Promise<CalendarObject & { readonly text: string }> {
  const found = await anyObject(context, target);
  if (found.text !== undefined) return { ...found, text: found.text };
  const stored = await readObject(context, found.calendar, found.name);
  if (stored === undefined) throw new RelayError('not_found', 'It was deleted meanwhile.');
  return stored;
}

/** Nextcloud leaves the ETag out when it changed what it stored, as it does with invitations: then it is read again. */
export async function write(
  context: ToolContext,
  object: CalendarObject,
  text: string,
  condition: { readonly 'If-Match': string } | { readonly 'If-None-Match': string },
): Promise<Written> {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const place = { user, calendar: object.calendar.uri, object: object.name };
  const reply = await nextcloud.execute(
    'caldav.write-calendar-object',
    { ...place, ...condition, body: text },
    { signal, headers: CALENDAR_BODY },
  );
  const etag = reply.headers['etag'] ?? '';
  if (etag !== '')
    return { object: { ...object, etag, content: parseCalendar(text) }, status: reply.status };
  const stored = await readObject(context, object.calendar, object.name);
  return { object: stored ?? { ...object, content: parseCalendar(text) }, status: reply.status };
}

/** ETags go in and out with their quotes; people and models lose them. */
function sameEtag(a: string, b: string): boolean {
  const plain = (etag: string): string => etag.replace(/^W\//, '').replace(/^"|"$/g, '');
  return plain(a) === plain(b);
}

export function refuseStale(target: Target, current: CalendarObject): void {
  if (target.etag !== '' && !sameEtag(target.etag, current.etag))
    throw changedMeanwhile(target, undefined, current);
}

export function isPreconditionFailure(error: unknown): boolean {
  return error instanceof RelayError && error.status === 412;
}

export async function explained(
  context: ToolContext,
  target: Target,
  before: CalendarObject,
  error: unknown,
): Promise<unknown> {
  if (!isPreconditionFailure(error)) return error;
  const now = await readObject(context, before.calendar, before.name);
  return now === undefined ? error : changedMeanwhile(target, before, now);
}

/** The conflict, with what is there now and, when the state before is known, which fields differ. */
function changedMeanwhile(
  target: Target,
  before: CalendarObject | undefined,
  now: CalendarObject,
): RelayError {
  const current = viewOf(now, target.kind);
  const old = before === undefined ? undefined : viewOf(before, target.kind);
  const changed = Object.keys({ ...old, ...current }).filter(
    (field) =>
      field !== 'last_modified' && JSON.stringify(old?.[field]) !== JSON.stringify(current[field]),
  );
  return new RelayError('conflict', 'It was changed by someone else since it was read.', {
    status: 412,
    hint: 'Look at the current state, then repeat the change with its etag.',
    details: { current: { ...current, etag: now.etag }, ...(old === undefined ? {} : { changed }) },
  });
}

function viewOf(object: CalendarObject, kind: Kind): ComponentView {
  const zones = objectZones(object.content);
  const component = masterOf(object.content.components(kind));
  if (component === undefined) return { uid: '' };
  return kind === 'VEVENT' ? eventView(component, zones) : todoView(component, zones);
}
