import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Actor, Answer } from '../scenario.ts';

/** Runs a story in a calendar of its own, in the zone of Berlin, and deletes it for good afterwards. */
export async function inCalendar(
  alice: Actor,
  calendar_name: string,
  story: (calendar_name: string) => Promise<void>,
): Promise<void> {
  await alice.call('nc_calendar_manage_calendar', {
    action: 'create',
    calendar_name,
    display_name: `Contract ${calendar_name}`,
    timezone: 'Europe/Berlin',
  });
  await story(calendar_name);
  await alice.call('nc_calendar_manage_calendar', {
    action: 'delete',
    calendar_name,
    permanent: true,
  });
}

export const titles = ({ events }: Answer): string[] => events.map(({ title }: Answer) => title);
export const starts = ({ events }: Answer): string[] =>
  events.map(({ start_datetime }: Answer) => start_datetime);

scenario('calendar: an event from beginning to end', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-event', async (calendar_name) => {
    const created = await alice.call('nc_calendar_create_event', {
      calendar_name,
      title: 'Größe; 50 % off, "quoted" \\ 🎉',
      start_datetime: '2026-11-24T09:00:00',
      end_datetime: '2026-11-24T10:30:00',
      description: 'First line\nsecond, with commas; and semicolons',
      location: 'Café Überall',
      categories: 'Work, a/b',
      priority: 1,
      privacy: 'PRIVATE',
      url: 'https://example.org/x?a=1&b=2',
      color: '#ff6347',
    });
    expect(created.start_datetime).to.equal('2026-11-24T09:00:00+01:00');
    expect(created.timezone).to.equal('Europe/Berlin');
    const event_uid: string = created.uid;

    const event = await alice.call('nc_calendar_get_event', { calendar_name, event_uid });
    expect(event).to.include({
      title: 'Größe; 50 % off, "quoted" \\ 🎉',
      description: 'First line\nsecond, with commas; and semicolons',
      location: 'Café Überall',
      privacy: 'PRIVATE',
      priority: 1,
      color: 'tomato',
      etag: created.etag,
    });
    expect(event.categories).to.deep.equal(['Work', 'a/b']);
    expect(event.reminders).to.deep.equal([{ minutes_before: 15, action: 'DISPLAY' }]);
    const resource = await alice.read(`nc://Calendar/${calendar_name}/${event_uid}`);
    expect(resource.mimeType).to.equal('text/calendar');
    expect(resource.text)
      .to.match(/^BEGIN:VCALENDAR\r\n/)
      .and.contain('LOCATION:Café Überall\r\n');

    const moved = await alice.call('nc_calendar_update_event', {
      calendar_name,
      event_uid,
      start_datetime: '2026-11-25T08:00:00Z',
      location: '',
      categories: 'Home',
      reminder_minutes: 60,
      etag: event.etag,
    });
    expect(moved.start_datetime).to.equal('2026-11-25T08:00:00Z');
    const after = await alice.call('nc_calendar_get_event', { calendar_name, event_uid });
    expect(after).to.not.have.property('location');
    expect(after.end_datetime).to.equal('2026-11-25T09:30:00Z');
    expect(after.categories).to.deep.equal(['Home']);
    expect(after.reminders).to.deep.equal([{ minutes_before: 60, action: 'DISPLAY' }]);
    expect(after.title).to.equal(event.title);

    const stale = await alice.refused('nc_calendar_update_event', {
      calendar_name,
      event_uid,
      title: 'Overwritten',
      etag: event.etag,
    });
    expect(stale).to.include('changed').and.to.include('2026-11-25T08:00:00Z');
    await alice.refused('nc_calendar_delete_event', { calendar_name, event_uid, etag: event.etag });

    await alice.call('nc_calendar_delete_event', { calendar_name, event_uid, etag: after.etag });
    const gone = await alice.refused('nc_calendar_delete_event', { calendar_name, event_uid });
    expect(gone).to.include('not found');
    await alice.refused('nc_calendar_get_event', { calendar_name, event_uid });
    const unchanged = await alice.refused('nc_calendar_update_event', { calendar_name, event_uid });
    expect(unchanged).to.include('Nothing to change');
  });
});

scenario('calendar: lists by date, with occurrences of series', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-list', async (calendar_name) => {
    const create = (title: string, start_datetime: string, more: Record<string, unknown> = {}) =>
      alice.call('nc_calendar_create_event', { calendar_name, title, start_datetime, ...more });
    await create('Before', '2026-11-01T10:00:00');
    await create('Fair', '2026-11-28', {
      all_day: true,
      end_datetime: '2026-11-29',
      status: 'TENTATIVE',
    });
    await create('Weekly', '2026-10-19T09:00:00', {
      recurrence_rule: 'FREQ=WEEKLY;BYDAY=MO',
      location: 'Room 1',
    });
    await create('Daily since 2015', '2015-01-01T07:00:00', { recurrence_rule: 'FREQ=DAILY' });
    const range = { calendar_name, start_date: '2026-11-23', end_date: '2026-11-30' };

    const week = await alice.call('nc_calendar_list_events', { ...range, title_contains: 'week' });
    expect(starts(week)).to.deep.equal(['2026-11-23T09:00:00+01:00', '2026-11-30T09:00:00+01:00']);
    expect(week.total_found).to.equal(2);
    // Nextcloud itself leaves out series of more than 3,500 instances
    const daily = await alice.call('nc_calendar_list_events', {
      ...range,
      title_contains: 'daily',
    });
    expect(daily.events).to.have.length(8);
    // the hour stays over the end of summer time
    const autumn = await alice.call('nc_calendar_list_events', {
      calendar_name,
      start_date: '2026-10-19',
      end_date: '2026-10-26',
      location_contains: 'room',
    });
    expect(starts(autumn)).to.deep.equal([
      '2026-10-19T09:00:00+02:00',
      '2026-10-26T09:00:00+01:00',
    ]);

    const tentative = await alice.call('nc_calendar_list_events', {
      ...range,
      status: 'tentative',
    });
    expect(titles(tentative)).to.deep.equal(['Fair']);
    expect(tentative.events[0]).to.include({ end_datetime: '2026-11-29', all_day: true });
    const long = await alice.call('nc_calendar_list_events', {
      ...range,
      min_duration_minutes: 600,
    });
    expect(titles(long)).to.deep.equal(['Fair']);
    const first = await alice.call('nc_calendar_list_events', { ...range, limit: 2 });
    expect(first.next_offset).to.equal(2);
    const second = await alice.call('nc_calendar_list_events', { ...range, limit: 2, offset: 2 });
    expect(second.events[0]).to.not.deep.equal(first.events[0]);
    const sunday = await alice.call('nc_calendar_list_events', {
      ...range,
      start_date: '2026-11-30',
    });
    expect(titles(sunday)).to.not.include('Fair');

    const upcoming = await alice.call('nc_calendar_get_upcoming_events', {
      calendar_name,
      days_ahead: 1,
    });
    expect(titles(upcoming)).to.deep.equal(['Daily since 2015']);
    await alice.refused('nc_calendar_list_events', { ...range, start_date: 'tomorrow' });
    await alice.refused('nc_calendar_list_events', { calendar_name: 'no-such-calendar' });
  });
});

scenario('calendar: all-day events end on the day people say', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-days', async (calendar_name) => {
    const { uid: event_uid } = await alice.call('nc_calendar_create_event', {
      calendar_name,
      title: 'Trip',
      start_datetime: '2026-12-24',
      end_datetime: '2026-12-26',
      all_day: true,
    });
    const trip = await alice.call('nc_calendar_get_event', { calendar_name, event_uid });
    expect(trip).to.include({
      start_datetime: '2026-12-24',
      end_datetime: '2026-12-26',
      all_day: true,
    });
    await alice.call('nc_calendar_update_event', {
      calendar_name,
      event_uid,
      all_day: false,
      start_datetime: '2026-12-24T18:00:00',
      end_datetime: '2026-12-24T20:00:00',
      timezone: 'America/New_York',
    });
    const timed = await alice.call('nc_calendar_get_event', { calendar_name, event_uid });
    expect(timed).to.include({
      start_datetime: '2026-12-24T18:00:00-05:00',
      timezone: 'America/New_York',
    });
    await alice.call('nc_calendar_update_event', { calendar_name, event_uid, all_day: true });
    const day = await alice.call('nc_calendar_get_event', { calendar_name, event_uid });
    expect(day).to.include({
      start_datetime: '2026-12-24',
      end_datetime: '2026-12-24',
      all_day: true,
    });
    await alice.refused('nc_calendar_update_event', {
      calendar_name,
      event_uid,
      end_datetime: '2026-12-20',
    });
  });
});

scenario('calendar: meetings, free time and answers', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-meeting', async (calendar_name) => {
    const meeting = await alice.call('nc_calendar_create_meeting', {
      calendar_name,
      title: 'Planning',
      date: '2027-03-02',
      time: '10:00',
      duration_minutes: 90,
      attendees: 'bob@example.org',
    });
    expect(meeting.end_datetime).to.equal('2027-03-02T11:30:00+01:00');
    const event_uid: string = meeting.uid;
    const stored = await alice.call('nc_calendar_get_event', { calendar_name, event_uid });
    expect(stored.organizer.email).to.equal('alice@example.org');
    expect(stored.attendees[0]).to.include({ email: 'bob@example.org', status: 'NEEDS-ACTION' });

    const day = {
      date_range_start: '2027-03-02',
      date_range_end: '2027-03-02',
      timezone: 'Europe/Berlin',
    };
    const free = await alice.call('nc_calendar_find_availability', {
      ...day,
      duration_minutes: 60,
      attendees: 'bob@example.org, stranger@example.net',
      preferred_times: '14:00-16:00',
    });
    expect(free.slots.map(({ start }: Answer) => start)).to.deep.equal([
      '2027-03-02T14:00:00+01:00',
      '2027-03-02T09:00:00+01:00',
      '2027-03-02T11:30:00+01:00',
    ]);
    expect(free.unknown_attendees[0].email).to.equal('stranger@example.net');
    const weekend = await alice.call('nc_calendar_find_availability', {
      duration_minutes: 30,
      date_range_start: '2027-03-06',
      date_range_end: '2027-03-07',
    });
    expect(weekend.slots).to.deep.equal([]);

    await alice.call('nc_calendar_update_event', { calendar_name, event_uid, attendees: '' });
    const alone = await alice.call('nc_calendar_get_event', { calendar_name, event_uid });
    expect(alone).to.not.have.property('attendees');
    await alice.refused('nc_calendar_answer_invitation', {
      calendar_name,
      event_uid,
      answer: 'accept',
    });
    await alice.call('nc_calendar_list_invitations');
  });
});
