import { createHash } from 'node:crypto';

/** A stored object: file name in its collection, and content. */
export interface Stored {
  readonly name: string;
  readonly content: string;
}

const DAY = 86_400_000;
const FIRST = Date.UTC(2025, 0, 1, 6);
/** One event every seven hours: four years for 5,000, about a hundred a month. */
const STEP = 7 * 3_600_000;
const TITLES = [
  'Stand-up',
  'Review',
  'Planning',
  'Dentist',
  'Choir',
  'Budget',
  'Call',
  'Interview',
];

/** Every tenth object was made by another client: its file is not called after its UID. */
export function isForeign(number: number): boolean {
  return number % 10 === 7;
}

/** A UID that stays the same over runs; those of the other client are short, and many contain each other. */
export function uidOf(kind: string, number: number): string {
  if (isForeign(number)) return `exported-${kind}-${String((number - 7) / 10)}`;
  const hex = createHash('sha256')
    .update(`${kind} ${String(number)}`)
    .digest('hex');
  return [8, 12, 16, 20, 32].map((end, at, ends) => hex.slice(ends[at - 1] ?? 0, end)).join('-');
}

export function nameOf(kind: string, number: number, ending: string): string {
  return `${isForeign(number) ? `import-${String(number)}` : uidOf(kind, number)}.${ending}`;
}

/** An ordinary calendar's mix: single, all-day and repeated events, some without end, some with guests. */
export function eventAt(number: number): Stored {
  const start = FIRST + number * STEP;
  const uid = uidOf('event', number);
  const title = `${TITLES[number % TITLES.length] ?? ''} ${String(number)}`;
  const head = [`UID:${uid}`, 'DTSTAMP:20250101T000000Z'];
  const text = [
    `SUMMARY:${title}`,
    `LOCATION:Room ${String(number % 40)}`,
    `DESCRIPTION:Agenda of meeting ${String(number)}\\nIntroductions\\, news\\, decisions`,
    'X-ORIGIN-NOTE:kept by its maker',
  ];
  const lines = [
    'BEGIN:VCALENDAR',
    'VERSION:2.0',
    'PRODID:-//Scale bench//EN',
    'BEGIN:VEVENT',
    ...head,
    ...times(number, start),
    ...rule(number),
    ...text,
    ...guests(number),
    'END:VEVENT',
    ...(isSeries(number) ? movedInstance(head, start, title) : []),
    'END:VCALENDAR',
  ];
  return { name: nameOf('event', number, 'ics'), content: `${lines.join('\r\n')}\r\n` };
}

function isSeries(number: number): boolean {
  return number % 50 === 0;
}

function times(number: number, start: number): string[] {
  if (number % 10 === 3)
    return [`DTSTART;VALUE=DATE:${day(start)}`, `DTEND;VALUE=DATE:${day(start + DAY)}`];
  return [`DTSTART:${stamp(start)}`, `DTEND:${stamp(start + 2_700_000)}`];
}

function rule(number: number): string[] {
  if (isSeries(number)) return ['RRULE:FREQ=WEEKLY;COUNT=10'];
  return number % 250 === 1 ? ['RRULE:FREQ=MONTHLY'] : [];
}

function guests(number: number): string[] {
  if (number % 10 !== 5) return [];
  const guest = (name: string): string =>
    `ATTENDEE;CN=${name};PARTSTAT=ACCEPTED:mailto:${name}@example.org`;
  return ['ORGANIZER;CN=Host:mailto:host@example.org', guest('guest-one'), guest('guest-two')];
}

function movedInstance(head: readonly string[], start: number, title: string): string[] {
  const second = start + 7 * DAY;
  const moved = [`DTSTART:${stamp(second + 3_600_000)}`, `DTEND:${stamp(second + 6_300_000)}`];
  const instance = [
    ...head,
    `RECURRENCE-ID:${stamp(second)}`,
    ...moved,
    `SUMMARY:${title} (later)`,
  ];
  return ['BEGIN:VEVENT', ...instance, 'END:VEVENT'];
}

function stamp(instant: number): string {
  return new Date(instant).toISOString().replace(/[-:]|\.\d+/g, '');
}

function day(instant: number): string {
  return stamp(instant).slice(0, 8);
}
