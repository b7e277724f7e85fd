import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';
import { inCalendar } from './calendar.ts';

scenario(
  'calendar: calendars are managed, shared, trashed and restored',
  { app: 'dav' },
  async (alice) => {
    await inCalendar(alice, 'contract-manage', async (calendar_name) => {
      const refused = await alice.refused('nc_calendar_manage_calendar', {
        action: 'create',
        calendar_name,
      });
      expect(refused).to.include('already');
      const changed = await alice.call('nc_calendar_manage_calendar', {
        action: 'update',
        calendar_name,
        display_name: 'Männer & <Frauen>',
        color: '#ff0000',
        description: 'New',
      });
      expect(changed).to.include({
        display_name: 'Männer & <Frauen>',
        color: '#ff0000',
        description: 'New',
      });
      const { calendars } = await alice.call('nc_calendar_list_calendars');
      expect(calendars.find(({ name }: Answer) => name === calendar_name)).to.include({
        timezone: 'Europe/Berlin',
        writable: true,
      });
      await alice.call('nc_calendar_manage_calendar', { action: 'list' });

      const shared = await alice.call('nc_calendar_share_calendar', {
        calendar_name,
        share_with: 'bob',
        writable: true,
      });
      expect(shared.shared_with[0]).to.include({
        principal: 'principals/users/bob',
        writable: true,
      });
      const alone = await alice.call('nc_calendar_share_calendar', {
        calendar_name,
        share_with: 'bob',
        remove: true,
      });
      expect(alone.shared_with).to.deep.equal([]);

      const { uid } = await alice.call('nc_calendar_create_event', {
        calendar_name: 'Männer & <Frauen>',
        title: 'By display name',
        start_datetime: '2026-11-24T09:00:00',
      });
      await alice.call('nc_calendar_delete_event', { calendar_name, event_uid: uid });
      const trash = await alice.call('nc_calendar_list_trash');
      const trashed = trash.events.find((event: Answer) => event.calendar_name === calendar_name);
      expect(trashed.title).to.equal('By display name');
      await alice.call('nc_calendar_restore', { href: trashed.href });
      const back = await alice.call('nc_calendar_get_event', { calendar_name, event_uid: uid });
      expect(back.title).to.equal('By display name');
      await alice.call('nc_calendar_delete_event', { calendar_name, event_uid: uid });
      const again = await alice.call('nc_calendar_list_trash');
      const { href } = again.events.find((event: Answer) => event.calendar_name === calendar_name);
      await alice.call('nc_calendar_delete_from_trash', { href });

      // Nextcloud would still take events for a calendar in the trash
      await alice.call('nc_calendar_manage_calendar', { action: 'delete', calendar_name });
      const gone = await alice.refused('nc_calendar_create_event', {
        calendar_name,
        title: 'Lost',
        start_datetime: '2026-11-24T09:00:00',
      });
      expect(gone).to.include('trash');
      const { calendars: deleted } = await alice.call('nc_calendar_list_trash');
      const row = deleted.find(({ name }: Answer) => name === calendar_name);
      await alice.call('nc_calendar_restore', { href: row.href });
    });
  },
);

scenario('calendar: moving between calendars, and subscriptions', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-from', async (calendar_name) => {
    await inCalendar(alice, 'contract-to', async (target_calendar) => {
      const { uid } = await alice.call('nc_calendar_create_event', {
        calendar_name,
        title: 'Moving',
        start_datetime: '2026-11-24T09:00:00+01:00',
      });
      await alice.call('nc_calendar_move_event', { calendar_name, uid, target_calendar });
      const moved = await alice.call('nc_calendar_get_event', {
        calendar_name: target_calendar,
        event_uid: uid,
      });
      expect(moved.title).to.equal('Moving');
      await alice.refused('nc_calendar_move_event', { calendar_name, uid, target_calendar });
    });
  });
  const { name } = await alice.call('nc_calendar_subscribe', {
    url: 'webcal://127.0.0.1:9/nothing.ics',
    display_name: 'Contract subscription',
    calendar_name: 'contract-subscription',
  });
  const { calendars } = await alice.call('nc_calendar_list_calendars');
  expect(calendars.find((one: Answer) => one.name === name)).to.include({
    subscribed_to: 'https://127.0.0.1:9/nothing.ics',
    writable: false,
  });
  const empty = await alice.call('nc_calendar_list_events', { calendar_name: name });
  expect(empty.events).to.deep.equal([]);
  await alice.call('nc_calendar_manage_calendar', {
    action: 'delete',
    calendar_name: name,
    permanent: true,
  });
  await alice.refused('nc_calendar_subscribe', { url: 'file:///etc/passwd', display_name: 'No' });
});
