/** Unusual things that clients write into events; each is the inside of one VEVENT, unfolded. */
export interface UnusualEvent {
  readonly name: string;
  readonly lines: readonly string[];
  /** Written instead of the usual file around it. */
  readonly before?: readonly string[];
  readonly lineEnd?: '\n';
}

const start = [
  'DTSTART;TZID=Europe/Berlin:20261123T090000',
  'DTEND;TZID=Europe/Berlin:20261123T100000',
];

/** Features of RFC 5545, 6868, 7986 and habits of common clients, in our own words and names. */
export const UNUSUAL_EVENTS: readonly UnusualEvent[] = [
  {
    name: 'X- properties of several makers, with parameters',
    lines: [
      ...start,
      'X-APPLE-TRAVEL-ADVISORY-BEHAVIOR:AUTOMATIC',
      'X-MICROSOFT-CDO-BUSYSTATUS:OOF',
      'X-MOZ-LASTACK:20261122T080000Z',
      'X-ALT-DESC;FMTTYPE=text/html:<html><body><p>Hello\\, you</p></body></html>',
    ],
  },
  {
    name: 'a structured location with quoted parameters',
    lines: [
      ...start,
      'X-APPLE-STRUCTURED-LOCATION;VALUE=URI;X-ADDRESS="Main St 1\\nTown: A, B";X-TITLE="A; b":geo:52.5,13.4',
      'GEO:52.50;013.40',
    ],
  },
  {
    name: 'caret escapes and quotes in parameters',
    lines: [
      ...start,
      'ATTENDEE;CN="Ann ^\'Boss^\' O^^Neill^nSecond";PARTSTAT=ACCEPTED:mailto:ann@example.org',
      'ORGANIZER;SENT-BY="mailto:pa@example.org";CN=Ann:mailto:ann@example.org',
    ],
  },
  {
    name: 'delegation lists and unknown parameters',
    lines: [
      ...start,
      'ATTENDEE;DELEGATED-TO="mailto:b@example.org","mailto:c@example.org";X-NUM-GUESTS=0;MEMBER="mailto:l@example.org":MAILTO:A@Example.org',
    ],
  },
  {
    name: 'three alarms of different kinds, one acknowledged',
    lines: [
      ...start,
      'BEGIN:VALARM',
      'UID:al-1',
      'ACTION:DISPLAY',
      'TRIGGER:-PT15M',
      'DESCRIPTION:x',
      'ACKNOWLEDGED:20261122T000000Z',
      'END:VALARM',
      'BEGIN:VALARM',
      'ACTION:AUDIO',
      'TRIGGER;RELATED=END:PT0S',
      'ATTACH;VALUE=URI:Basso',
      'REPEAT:3',
      'DURATION:PT5M',
      'END:VALARM',
      'BEGIN:VALARM',
      'ACTION:EMAIL',
      'TRIGGER;VALUE=DATE-TIME:20261123T060000Z',
      'SUMMARY:s',
      'DESCRIPTION:d',
      'ATTENDEE:mailto:a@example.org',
      'END:VALARM',
    ],
  },
  {
    name: 'RDATE as dates and as periods',
    lines: [
      ...start,
      'RDATE;TZID=Europe/Berlin:20261125T090000,20261127T090000',
      'RDATE;VALUE=PERIOD:20261201T080000Z/PT3H,20261202T080000Z/20261202T090000Z',
    ],
  },
  {
    name: 'a rule in unusual order with spaces kept elsewhere',
    lines: [
      ...start,
      'RRULE:BYDAY=-1FR;INTERVAL=02;FREQ=MONTHLY;WKST=SU',
      'EXDATE;TZID=Europe/Berlin:20261127T090000',
      'EXDATE:20270129T080000Z',
    ],
  },
  {
    name: 'lower and mixed case names',
    lines: [
      'dtstart;tzid=Europe/Berlin:20261123T090000',
      'Duration:pt1h',
      'Categories;language=EN:one,Two\\, three',
      'x-wr-Foo:Bar',
    ],
  },
  {
    name: 'escapes that need none, and some that are missing',
    lines: [
      ...start,
      'LOCATION:a\\:b\\"c, d; e\\N f',
      'COMMENT:tab\there',
      'CONTACT:\\;\\;\\,\\\\',
    ],
  },
  {
    name: 'attachments inline and by link',
    lines: [
      ...start,
      'ATTACH;FMTTYPE=image/png;ENCODING=BASE64;VALUE=BINARY:iVBORw0KGgo=',
      'ATTACH;FMTTYPE=text/plain;FILENAME="a;b.txt":https://example.org/a%20b',
    ],
  },
  {
    name: 'conference, image, colour and relation of newer clients',
    lines: [
      ...start,
      'CONFERENCE;VALUE=URI;FEATURE=AUDIO,VIDEO;LABEL="Room: 1":https://example.org/call',
      'IMAGE;VALUE=URI;DISPLAY=BADGE:https://example.org/i.png',
      'COLOR:turquoise',
      'RELATED-TO;RELTYPE=SIBLING:other-uid',
      'REFRESH-INTERVAL;VALUE=DURATION:P1W',
    ],
  },
  {
    name: 'a zone that only the file defines',
    before: [
      'BEGIN:VTIMEZONE',
      'TZID:My Office',
      'X-LIC-LOCATION:Nowhere',
      'BEGIN:STANDARD',
      'DTSTART:19700101T000000',
      'TZOFFSETFROM:+0130',
      'TZOFFSETTO:+0130',
      'TZNAME:MO',
      'END:STANDARD',
      'END:VTIMEZONE',
    ],
    lines: ['DTSTART;TZID=My Office:20261123T090000', 'DTEND;TZID="My Office":20261123T100000'],
  },
  {
    name: 'floating times, zero padded numbers, empty values',
    lines: [
      'DTSTART:20261123T090000',
      'PRIORITY:05',
      'SEQUENCE:007',
      'DESCRIPTION:',
      'PERCENT-COMPLETE:00',
      'X-EMPTY;X-P=:',
    ],
  },
  {
    name: 'long lines with emoji, folded',
    lines: [
      ...start,
      `DESCRIPTION:${'Käse 🧀 und Brot 👩‍👩‍👧 '.repeat(12)}`,
      `X-LONG;X-P="${'ä'.repeat(90)}":v`,
    ],
  },
  {
    name: 'line feeds only',
    lineEnd: '\n',
    lines: [...start, 'LOCATION:Old client', 'X-END:1'],
  },
  {
    name: 'an unknown component inside, and groups as in contacts',
    lines: [
      ...start,
      'item1.X-ABLABEL:odd',
      'BEGIN:X-NOTES',
      'X-BODY:inside',
      'BEGIN:X-DEEPER',
      'SUMMARY:not mine',
      'END:X-DEEPER',
      'END:X-NOTES',
    ],
  },
  {
    name: 'participants and structured data of RFC 9073',
    lines: [
      ...start,
      'STRUCTURED-DATA;FMTTYPE=application/ld+json;SCHEMA="https://schema.org/Event";VALUE=TEXT:{"@type":"Event"\\,"name":"x"}',
      'BEGIN:PARTICIPANT',
      'UID:p1',
      'PARTICIPANT-TYPE:SPEAKER',
      'END:PARTICIPANT',
      'BEGIN:VLOCATION',
      'UID:l1',
      'NAME:Hall',
      'END:VLOCATION',
    ],
  },
  {
    name: 'scheduling marks of a server',
    lines: [
      ...start,
      'REQUEST-STATUS:2.0;Success;DATA,x',
      'ATTENDEE;SCHEDULE-STATUS="1.2";SCHEDULE-AGENT=SERVER:mailto:b@example.org',
      'TRANSP:OPAQUE',
      'CLASS:X-SECRET',
    ],
  },
];

/** The file of an event, folded at the given width as other clients do. */
export function fileOf(
  { lines, before = [], lineEnd = '\r\n' as '\n' }: UnusualEvent,
  width = 60,
): string {
  const all = [
    'BEGIN:VCALENDAR',
    'PRODID:-//Somebody//Else 1.0//XX',
    'VERSION:2.0',
    'X-WR-CALNAME:Odd',
    ...before,
    'BEGIN:VEVENT',
    'UID:odd-1',
    'DTSTAMP:20260101T000000Z',
    'LAST-MODIFIED:20260101T000000Z',
    'SUMMARY;LANGUAGE=de:Alter Titel',
    ...lines,
    'END:VEVENT',
    'END:VCALENDAR',
  ];
  return all.map((line) => folded(line, width, lineEnd)).join('');
}

/** Folds by code points, not octets: other clients do, and it must be read all the same. */
function folded(line: string, width: number, lineEnd: string): string {
  const chars = Array.from(line);
  const pieces: string[] = [];
  for (let at = 0; at < chars.length; at += width)
    pieces.push(chars.slice(at, at + width).join(''));
  return pieces.join(`${lineEnd} `) + lineEnd;
}
