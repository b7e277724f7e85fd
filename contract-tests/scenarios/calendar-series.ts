import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';
import { inCalendar, starts } from './calendar.ts';

const shown = ({ events }: Answer): string[] =>
  events.map(
    ({ start_datetime, title }: Answer) =>
      `${start_datetime.slice(0, 16) as string} ${title as string}`,
  );

scenario('calendar: a series, its instances and exceptions', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-series', async (calendar_name) => {
    const { uid: event_uid } = await alice.call('nc_calendar_create_event', {
      calendar_name,
      title: 'Stand-up',
      start_datetime: '2026-11-23T10:00:00',
      end_datetime: '2026-11-23T10:15:00',
      recurrence_rule: 'FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR',
      recurrence_end_date: '2026-12-04',
    });
    const range = { calendar_name, start_date: '2026-11-23', end_date: '2026-12-31' };
    const all = await alice.call('nc_calendar_list_events', range);
    expect(all.total_found).to.equal(10);

    const [, tuesday, wednesday]: Answer[] = all.events;
    await alice.call('nc_calendar_update_event', {
      calendar_name,
      event_uid,
      recurrence_id: tuesday?.recurrence_id,
      title: 'Stand-up with guests',
      start_datetime: '2026-11-24T15:00:00',
    });
    await alice.call('nc_calendar_delete_event', {
      calendar_name,
      event_uid,
      recurrence_id: wednesday?.recurrence_id,
    });
    const changed = await alice.call('nc_calendar_list_events', range);
    expect(changed.total_found).to.equal(9);
    expect(starts(changed).slice(0, 3)).to.deep.equal([
      '2026-11-23T10:00:00+01:00',
      '2026-11-24T15:00:00+01:00',
      '2026-11-26T10:00:00+01:00',
    ]);

    await alice.call('nc_calendar_update_event', {
      calendar_name,
      event_uid,
      start_datetime: '2026-11-23T11:00:00',
      location: 'Kitchen',
    });
    const later = await alice.call('nc_calendar_list_events', range);
    expect(later.total_found).to.equal(9);
    expect(starts(later).slice(0, 3)).to.deep.equal([
      '2026-11-23T11:00:00+01:00',
      '2026-11-24T15:00:00+01:00',
      '2026-11-26T11:00:00+01:00',
    ]);
    const series = await alice.call('nc_calendar_get_event', { calendar_name, event_uid });
    expect(series.exceptions[0]).to.include({ title: 'Stand-up with guests', location: 'Kitchen' });
    expect(series.recurrence_rule).to.include('UNTIL=20261204T225959Z');
    expect(series.exdates).to.deep.equal(['2026-11-25T11:00:00+01:00']);

    const none = await alice.refused('nc_calendar_update_event', {
      calendar_name,
      event_uid,
      recurrence_id: '2026-11-28',
      title: 'Saturday',
    });
    expect(none).to.include('no such instance');
    await alice.call('nc_calendar_update_event', { calendar_name, event_uid, recurring: false });
    const single = await alice.call('nc_calendar_list_events', range);
    expect(single.total_found).to.equal(1);
  });
});

scenario('calendar: this and all following instances', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-following', async (calendar_name) => {
    const { uid: event_uid } = await alice.call('nc_calendar_create_event', {
      calendar_name,
      title: 'Stand-up',
      start_datetime: '2026-11-23T10:00:00',
      end_datetime: '2026-11-23T10:15:00',
      recurrence_rule: 'FREQ=DAILY;COUNT=8',
    });
    const range = { calendar_name, start_date: '2026-11-23', end_date: '2026-12-31' };
    const all: Answer = await alice.call('nc_calendar_list_events', range);
    const [, , wednesday, thursday, friday]: Answer[] = all.events;
    // one instance excluded and one moved on either side of the cut
    for (const recurrence_id of ['2026-11-24', '2026-11-28'])
      await alice.call('nc_calendar_delete_event', { calendar_name, event_uid, recurrence_id });
    for (const [instance, start] of [
      [wednesday, '2026-11-25T16:00:00'],
      [friday, '2026-11-27T16:00:00'],
    ] as const) {
      await alice.call('nc_calendar_update_event', {
        calendar_name,
        event_uid,
        recurrence_id: instance?.recurrence_id,
        start_datetime: start,
      });
    }

    const later = await alice.call('nc_calendar_update_event', {
      calendar_name,
      event_uid,
      recurrence_id: thursday?.recurrence_id,
      this_and_following: true,
      title: 'Stand-up upstairs',
      start_datetime: '2026-11-26T11:00:00',
    });
    expect(later.uid).not.to.equal(event_uid);
    expect(later.earlier_series).to.deep.include({
      uid: event_uid,
      recurrence_rule: 'FREQ=DAILY;UNTIL=20261126T085959Z',
    });
    expect(shown(await alice.call('nc_calendar_list_events', range))).to.deep.equal([
      '2026-11-23T10:00 Stand-up',
      '2026-11-25T16:00 Stand-up',
      '2026-11-26T11:00 Stand-up upstairs',
      '2026-11-27T16:00 Stand-up upstairs',
      '2026-11-29T11:00 Stand-up upstairs',
      '2026-11-30T11:00 Stand-up upstairs',
    ]);
    const earlier = await alice.call('nc_calendar_get_event', { calendar_name, event_uid });
    expect(earlier.etag).to.equal(later.earlier_series.etag);
    const second = { calendar_name, event_uid: later.uid };
    const upstairs = await alice.call('nc_calendar_get_event', second);
    expect(upstairs).to.include({ etag: later.etag, recurrence_rule: 'FREQ=DAILY;COUNT=5' });

    const stale = await alice.refused('nc_calendar_update_event', {
      ...second,
      recurrence_id: '2026-11-29',
      this_and_following: true,
      title: 'Overwritten',
      etag: earlier.etag,
    });
    expect(stale).to.include('changed');
  });
});

scenario('calendar: the rest of a series is deleted', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-rest', async (calendar_name) => {
    const { uid: event_uid } = await alice.call('nc_calendar_create_event', {
      calendar_name,
      title: 'Course',
      start_datetime: '2026-11-23',
      recurrence_rule: 'FREQ=WEEKLY;BYDAY=MO,TH',
    });
    const range = { calendar_name, start_date: '2026-11-23', end_date: '2026-12-31' };
    const ended = await alice.call('nc_calendar_delete_event', {
      calendar_name,
      event_uid,
      recurrence_id: '2026-12-03',
      this_and_following: true,
    });
    expect(ended.earlier_series.recurrence_rule).to.equal('FREQ=WEEKLY;BYDAY=MO,TH;UNTIL=20261202');
    expect(shown(await alice.call('nc_calendar_list_events', range))).to.deep.equal([
      '2026-11-23 Course',
      '2026-11-26 Course',
      '2026-11-30 Course',
    ]);
    // nothing is before the first one: it is the series that is changed, and deleted
    const whole = {
      calendar_name,
      event_uid,
      recurrence_id: '2026-11-23',
      this_and_following: true,
    };
    const moved = await alice.call('nc_calendar_update_event', {
      ...whole,
      start_datetime: '2026-11-24',
    });
    expect(moved.uid).to.equal(event_uid);
    expect(shown(await alice.call('nc_calendar_list_events', range))).to.deep.equal([
      '2026-11-24 Course',
      '2026-11-27 Course',
      '2026-12-01 Course',
    ]);
    await alice.call('nc_calendar_delete_event', { ...whole, recurrence_id: '2026-11-24' });
    await alice.refused('nc_calendar_get_event', { calendar_name, event_uid });
    const unnamed = { calendar_name, event_uid, this_and_following: true };
    const refused = await alice.refused('nc_calendar_delete_event', unnamed);
    expect(refused).to.include('recurrence_id');
  });
});

scenario(
  'calendar: a meeting is divided, and its guest has both parts',
  { app: 'dav' },
  async (alice) => {
    await inCalendar(alice, 'contract-divided', async (calendar_name) => {
      const { uid: event_uid } = await alice.call('nc_calendar_create_event', {
        calendar_name,
        title: 'Weekly',
        start_datetime: '2027-04-05T10:00:00',
        recurrence_rule: 'FREQ=WEEKLY;COUNT=4',
        attendees: 'bob@example.org',
      });
      const later = await alice.call('nc_calendar_update_event', {
        calendar_name,
        event_uid,
        recurrence_id: '2027-04-19',
        this_and_following: true,
        start_datetime: '2027-04-19T14:00:00',
      });
      const part = await alice.call('nc_calendar_get_event', {
        calendar_name,
        event_uid: later.uid,
      });
      expect(part.attendees[0]).to.include({ email: 'bob@example.org', rsvp: true });
      const free = await alice.call('nc_calendar_find_availability', {
        duration_minutes: 60,
        attendees: 'bob@example.org',
        date_range_start: '2027-04-19',
        date_range_end: '2027-04-19',
        business_hours: '09:00-16:00',
        timezone: 'Europe/Berlin',
      });
      expect(free.slots.map(({ start }: Answer) => start.slice(11, 16))).to.deep.equal([
        '09:00',
        '15:00',
      ]);
      // Nextcloud 32 fails when an event loses its last guest: the new part must not
      const alone = await alice.call('nc_calendar_update_event', {
        calendar_name,
        event_uid: later.uid,
        recurrence_id: '2027-04-26',
        this_and_following: true,
        attendees: '',
      });
      const last = await alice.call('nc_calendar_get_event', {
        calendar_name,
        event_uid: alone.uid,
      });
      expect(last).to.not.have.any.keys('attendees', 'organizer');
    });
  },
);
