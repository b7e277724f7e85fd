import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import { inCalendar, titles } from './calendar.ts';

scenario('calendar: bulk changes touch exactly what matched', { app: 'dav' }, async (alice) => {
  await inCalendar(alice, 'contract-bulk', async (calendar_name) => {
    await inCalendar(alice, 'contract-bulk-target', async (target_calendar) => {
      const create = (title: string, start_datetime: string, more: Record<string, unknown> = {}) =>
        alice.call('nc_calendar_create_event', { calendar_name, title, start_datetime, ...more });
      await create('Review A', '2026-12-01T09:00:00');
      await create('Review B', '2026-12-08T09:00:00');
      await create('Other', '2026-12-01T12:00:00');
      await create('Review series', '2026-11-30T15:00:00', {
        recurrence_rule: 'FREQ=DAILY;COUNT=5',
      });
      const december = {
        calendar_name,
        title_contains: 'review',
        start_date: '2026-12-01',
        end_date: '2026-12-02',
      };
      const everything = { calendar_name, start_date: '2026-11-01', end_date: '2026-12-31' };

      const tried = await alice.call('nc_calendar_bulk_operations', {
        operation: 'delete',
        ...december,
        dry_run: true,
      });
      expect(tried).to.include({ total_found: 3, deleted_count: 0 });
      const updated = await alice.call('nc_calendar_bulk_operations', {
        operation: 'update',
        ...december,
        new_location: 'Room 2',
      });
      expect(updated).to.include({ total_found: 3, updated_count: 3, failed_count: 0 });
      const inRoom = await alice.call('nc_calendar_list_events', {
        ...everything,
        location_contains: 'Room 2',
      });
      expect(inRoom.total_found).to.equal(3);

      await alice.call('nc_calendar_bulk_operations', { operation: 'delete', ...december });
      const left = await alice.call('nc_calendar_list_events', everything);
      expect(titles(left)).to.deep.equal([
        'Review series',
        'Other',
        'Review series',
        'Review series',
        'Review B',
      ]);

      const moved = await alice.call('nc_calendar_bulk_operations', {
        operation: 'move',
        calendar_name,
        title_contains: 'review',
        target_calendar,
      });
      expect(moved).to.include({ total_found: 2, moved_count: 2, target_calendar });
      const there = await alice.call('nc_calendar_list_events', {
        ...everything,
        calendar_name: target_calendar,
      });
      expect(there.total_found).to.equal(4);
      await alice.refused('nc_calendar_bulk_operations', { operation: 'delete' });
      await alice.refused('nc_calendar_bulk_operations', { operation: 'update', calendar_name });
      await alice.refused('nc_calendar_bulk_operations', { operation: 'move', calendar_name });
    });
  });
});
