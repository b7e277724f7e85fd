import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { objectZones, parseCalendar, touch } from '../../nextcloud/codecs/icalendar.ts';
import { exceptionFor, findInstance, masterOf } from '../../nextcloud/codecs/icalendar-series.ts';
import { givenTime } from '../../nextcloud/codecs/icalendar-time.ts';
import { eventView } from '../../nextcloud/codecs/icalendar-view.ts';
import { UTC } from '../../nextcloud/codecs/icalendar-zones.ts';
import { defineTool } from '../tool.ts';
import { calendarName, calendarRead, calendarWrite, eventUid, recurrenceId } from './arguments.ts';
import { findCalendar, findingCalendar } from './calendars.ts';
import { editObject, writingObjects } from './edit-object.ts';
import { ownAddress } from './own-address.ts';

/** Composed: reads the events inside the messages. */
export const listInvitations = defineTool({
  ...calendarRead,
  name: 'nc_calendar_list_invitations',
  title: 'List invitations',
  description:
    'List scheduling messages that came in: invitations, changes and answers. The events are in the calendar already.',
  uses: ['caldav.list-scheduling-inbox'],
  input: z.object({}),
  async run(_args, { nextcloud, signal }) {
    const user = await nextcloud.userId();
    const reply = await nextcloud.execute('caldav.list-scheduling-inbox', { user }, { signal });
    const messages = reply.data.flatMap(({ href, data }) => {
      if (data === undefined || !data.includes('BEGIN:VCALENDAR')) return [];
      const content = parseCalendar(data);
      const event = masterOf(content.components('VEVENT'));
      if (event === undefined) return [];
      return [
        {
          method: content.text('METHOD') ?? 'REQUEST',
          ...eventView(event, objectZones(content)),
          href,
        },
      ];
    });
    return { invitations: messages, total_count: messages.length };
  },
});

const ANSWERS = { accept: 'ACCEPTED', decline: 'DECLINED', tentative: 'TENTATIVE' } as const;

/** Composed: the answer is a parameter of the user's own line in the event. */
export const answerInvitation = defineTool({
  ...calendarWrite,
  name: 'nc_calendar_answer_invitation',
  title: 'Answer invitation',
  description: 'Accept or decline an invitation in your calendar; the organizer is told.',
  effect: 'set',
  openWorld: true,
  uses: [...findingCalendar, ...writingObjects, 'caldav.get-principal'],
  input: z.object({
    calendar_name: calendarName,
    event_uid: eventUid,
    answer: z.enum(['accept', 'decline', 'tentative']).describe('Your answer'),
    recurrence_id: recurrenceId,
  }),
  async run(args, context) {
    const calendar = await findCalendar(context, args.calendar_name);
    const self = await ownAddress(context);
    const target = { calendar, kind: 'VEVENT', uid: args.event_uid, etag: '' } as const;
    const { object } = await editObject(context, target, (file) => {
      const events = file.components('VEVENT');
      const master = masterOf(events);
      if (master === undefined) return;
      const touched = args.recurrence_id === '' ? events : [one(file, master, args.recurrence_id)];
      const answered = touched.filter((event) => answer(event, self?.email, ANSWERS[args.answer]));
      if (answered.length === 0) {
        throw new RelayError('not_found', 'You are not among the attendees of this event.');
      }
      for (const event of answered) touch(event, context.now(), false);
    });
    return {
      uid: args.event_uid,
      answer: ANSWERS[args.answer],
      calendar_name: calendar.uri,
      etag: object.etag,
    };

    function one(file: Component, master: Component, id: string): Component {
      const zones = objectZones(file);
      const found = findInstance(
        file.components('VEVENT'),
        zones,
        givenTime(id, 'recurrence_id'),
        calendar.zone ?? UTC,
      );
      return exceptionFor(file, master, found, zones);
    }
  },
});

function answer(event: Component, email: string | undefined, status: string): boolean {
  const own = event
    .lines('ATTENDEE')
    .find((line) => line.value.toLowerCase() === `mailto:${email?.toLowerCase() ?? ''}`);
  own?.setParameter('PARTSTAT', status);
  own?.setParameter('RSVP', undefined);
  return own !== undefined;
}
