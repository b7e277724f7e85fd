import { expect } from 'chai';
import fc from 'fast-check';
import { Component } from './content-lines.ts';
import { calendarOf, newCalendar, objectZones, touch } from './icalendar.ts';
import { fileOf, UNUSUAL_EVENTS } from './icalendar-corpus.fixture.ts';
import { setFields, setFieldsOfSeries } from './icalendar-edit.ts';
import type { Fields } from './icalendar-edit.ts';
import { setAttendees } from './icalendar-people.ts';
import { setReminder } from './icalendar-reminders.ts';
import { eventView } from './icalendar-view.ts';
import { spanOf } from './recurrence.ts';

const now = new Date('2026-11-23T09:00:00Z');
const unfold = (text: string): string[] => text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);
const STAMPS = /^(?:DTSTAMP|LAST-MODIFIED|SEQUENCE):/;

/** Lines that differ between two files, stamps aside: `[before, after]`. */
function differences(before: string, after: string): [string[], string[]] {
  const [a, b] = [unfold(before), unfold(after)].map((all) =>
    all.filter((line) => !STAMPS.test(line)),
  );
  return [a!.filter((line) => !b!.includes(line)), b!.filter((line) => !a!.includes(line))];
}

describe('editing an event', () => {
  for (const unusual of UNUSUAL_EVENTS) {
    it(`changes one field and nothing else: ${unusual.name}`, () => {
      const before = fileOf(unusual);
      const file = Component.parse(before);
      const event = calendarOf(file).components('VEVENT')[0]!;
      setFields(event, { title: 'Neuer; Titel' });
      touch(event, now, true);
      const after = file.toString();
      expect(differences(before, after)).to.deep.equal([
        ['SUMMARY;LANGUAGE=de:Alter Titel'],
        ['SUMMARY;LANGUAGE=de:Neuer\\; Titel'],
      ]);
      const order = (text: string) =>
        unfold(text)
          .map((line) => line.split(/[:;]/, 1)[0])
          .filter((name) => name !== 'SEQUENCE');
      expect(order(after)).to.deep.equal(order(before));
      // what was not touched keeps its very bytes, folding and line ends included
      const kept = before.split('SUMMARY;LANGUAGE=de:Alter Titel')[1]!;
      if (!/SEQUENCE/.test(kept)) expect(after.replace(/SEQUENCE:1\r?\n/, '')).to.include(kept);
    });

    it(`can be read: ${unusual.name}`, () => {
      const calendar = calendarOf(Component.parse(fileOf(unusual)));
      const zones = objectZones(calendar);
      const event = calendar.components('VEVENT')[0]!;
      expect(spanOf(event, zones)).to.not.equal(undefined);
      expect(eventView(event, zones)).to.include({ uid: 'odd-1', title: 'Alter Titel' });
    });
  }

  it('clears with empty values', () => {
    const event = newCalendar('VEVENT', 'u', now).components('VEVENT')[0]!;
    const all: Fields = {
      title: 'a',
      description: 'b',
      location: 'c',
      url: 'x:y',
      status: 'TENTATIVE',
      priority: 1,
      privacy: 'PRIVATE',
      categories: ['x'],
      color: 'red',
    };
    const bare = event.toString();
    setFields(event, all);
    expect(event.lines()).to.have.length(13);
    setFields(event, {
      title: '',
      description: '',
      location: '',
      url: '',
      status: '',
      priority: 0,
      privacy: '',
      categories: [],
      color: '',
    });
    expect(event.toString()).to.equal(bare);
  });

  it('refuses values that the property cannot have', () => {
    const event = newCalendar('VEVENT', 'u', now).components('VEVENT')[0]!;
    const bad: Fields[] = [
      { status: 'DONE' },
      { priority: 10 },
      { priority: 1.5 },
      { privacy: 'SECRET' },
      { color: 'rgb(1,2,3)' },
    ];
    for (const fields of bad)
      expect(() => setFields(event, fields), JSON.stringify(fields)).to.throw();
    expect(() => setAttendees(event, ['no address'], undefined)).to.throw('Not an e-mail address');
  });

  it('writes several CATEGORIES lines back as one', () => {
    const event = Component.parse(
      'BEGIN:VEVENT\r\nCATEGORIES:a,b\r\nX-A:1\r\nCATEGORIES:c\r\nEND:VEVENT\r\n',
    ).components()[0]!;
    setFields(event, { categories: ['d, e', 'f'] });
    expect(event.toString()).to.equal(
      'BEGIN:VEVENT\r\nCATEGORIES:d\\, e,f\r\nX-A:1\r\nEND:VEVENT\r\n',
    );
  });

  it('lets exceptions follow where they said the same', () => {
    const read = (text: string) =>
      Component.parse(`BEGIN:VEVENT\r\n${text}\r\nEND:VEVENT\r\n`).components()[0]!;
    const [master, same, other] = [read('SUMMARY:a'), read('SUMMARY:a'), read('SUMMARY:special')];
    setFieldsOfSeries(master, [same, other], { title: 'b', location: 'here' });
    expect([master, same, other].map((one) => one.text('SUMMARY'))).to.deep.equal([
      'b',
      'b',
      'special',
    ]);
    expect(other.text('LOCATION')).to.equal('here');
  });

  it('keeps the lines of attendees that stay', () => {
    const event = Component.parse(
      'BEGIN:VEVENT\r\nATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:MAILTO:Ann@example.org\r\nATTENDEE:mailto:bob@example.org\r\nEND:VEVENT\r\n',
    ).components()[0]!;
    setAttendees(event, ['ann@example.org', 'zoe@example.org'], {
      email: 'me@example.org',
      name: 'Me; "I"',
    });
    expect(event.lines().map((line) => line.unfolded)).to.deep.equal([
      'ATTENDEE;CN=Ann;PARTSTAT=ACCEPTED:MAILTO:Ann@example.org',
      'ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT=NEEDS-ACTION;RSVP=TRUE:mailto:zoe@example.org',
      'ORGANIZER;CN="Me; ^\'I^\'":mailto:me@example.org',
    ]);
    setAttendees(event, [], { email: 'ME@example.org', name: undefined });
    expect(event.lines()).to.deep.equal([]);
  });

  it('changes the first plain reminder and leaves other alarms', () => {
    const unusual = UNUSUAL_EVENTS.find(({ name }) => name.startsWith('three alarms'))!;
    const before = fileOf(unusual, 999);
    const file = Component.parse(before);
    const event = calendarOf(file).components('VEVENT')[0]!;
    setReminder(event, { minutes: 60, self: undefined });
    expect(differences(before, file.toString())).to.deep.equal([
      ['TRIGGER:-PT15M'],
      ['TRIGGER:-PT60M'],
    ]);
    setReminder(event, { minutes: 0, self: undefined });
    expect(event.components('VALARM').map((alarm) => alarm.text('ACTION'))).to.deep.equal([
      'AUDIO',
      'EMAIL',
    ]);
  });

  it('never writes a property that was not asked for (10,000 events)', () => {
    const text = fc.string({ unit: 'binary', maxLength: 80 });
    fc.assert(
      fc.property(
        text,
        text,
        text,
        fc.array(text, { maxLength: 4 }),
        text,
        (title, description, url, categories, name) => {
          const calendar = newCalendar('VEVENT', 'u', now);
          const event = calendar.components('VEVENT')[0]!;
          setFields(event, { title, description, url, categories });
          setReminder(event, { minutes: 5, email: true, self: { email: 'me@example.org', name } });
          setAttendees(event, ['a@example.org'], { email: 'me@example.org', name });
          const read = calendarOf(Component.parse(calendar.toString()));
          const allowed = [
            'UID',
            'DTSTAMP',
            'CREATED',
            'LAST-MODIFIED',
            'SUMMARY',
            'DESCRIPTION',
            'URL',
            'CATEGORIES',
            'ATTENDEE',
            'ORGANIZER',
          ];
          const again = read.components()[0]!;
          expect(read.components()).to.have.length(1);
          expect(again.components().map((one) => one.name)).to.deep.equal(['VALARM']);
          expect(again.components()[0]!.components()).to.deep.equal([]);
          const names = again.lines().map((line) => line.name);
          expect(allowed).to.include.members(names);
          expect(new Set(names).size).to.equal(names.length);
          expect(again.components()[0]!.lines()).to.have.length(5);
        },
      ),
      { numRuns: 10_000 },
    );
  });
});
