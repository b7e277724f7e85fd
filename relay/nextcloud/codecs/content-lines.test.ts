import { expect } from 'chai';
import fc from 'fast-check';
import { Component, ContentLine, escapeText, splitValue, unescapeText } from './content-lines.ts';

const lines = (...all: string[]): string => all.map((line) => `${line}\r\n`).join('');
const event = (...inner: string[]): string =>
  lines('BEGIN:VCALENDAR', 'VERSION:2.0', 'BEGIN:VEVENT', ...inner, 'END:VEVENT', 'END:VCALENDAR');
const read = (text: string): { file: Component; vevent: Component } => {
  const file = Component.parse(text);
  return { file, vevent: file.components()[0]!.components('VEVENT')[0]! };
};

describe('content lines', () => {
  it('reads group, name, parameters and value', () => {
    const card = Component.parse(
      lines('BEGIN:VCARD', 'item1.Tel;TYPE=home,voice;type="x,y";HOME:+1\\;2', 'END:VCARD'),
    ).components()[0]!;
    const tel = card.first('tel')!;
    expect(tel.group).to.equal('item1');
    expect(tel.parameter('type')).to.deep.equal(['home', 'voice', 'x,y']);
    expect(tel.parameterNames).to.deep.equal(['TYPE', 'TYPE', 'HOME']);
    expect(tel.parameter('HOME')).to.deep.equal([]);
    expect(tel.text).to.equal('+1;2');
  });

  it('unfolds with CRLF, LF and tabs, and reads RFC 6868 carets', () => {
    const { vevent } = read(
      event('ATTENDEE;CN="Ann ^\'the boss^\'^nX^^":mai', ' lto:a', '\t@b.org').replace(
        '\r\n\t',
        '\n\t',
      ),
    );
    expect(vevent.first('ATTENDEE')?.value).to.equal('mailto:a@b.org');
    expect(vevent.first('ATTENDEE')?.parameter('CN')).to.deep.equal(['Ann "the boss"\nX^']);
  });

  it('does not see properties of components inside', () => {
    const { vevent } = read(
      event('BEGIN:VALARM', 'DESCRIPTION:inner', 'END:VALARM', 'DESCRIPTION:own'),
    );
    expect(vevent.text('DESCRIPTION')).to.equal('own');
  });

  it('changes a value and keeps spelling, group, parameters, order and all other bytes', () => {
    const before = event('X-A:1', 'Summary;LANGUAGE=de;X-P="a;b":Alt', ' er', 'X-B:2', 'x-b:3', '');
    const { file, vevent } = read(before);
    vevent.setText('SUMMARY', 'Neu; schön');
    expect(file.toString()).to.equal(
      before.replace('X-P="a;b":Alt\r\n er', 'X-P="a;b":Neu\\; schön'),
    );
  });

  it('leaves the bytes alone when the value is the same', () => {
    const before = event('SUMMARY:a very', '  oddly folded', ' line\\, yes');
    const { file, vevent } = read(before);
    vevent.setText('SUMMARY', 'a very oddly foldedline, yes');
    expect(file.toString()).to.equal(before);
  });

  it('adds beside its kind, else after the last property and before inner components', () => {
    const { file, vevent } = read(
      event('ATTENDEE:mailto:a', 'SUMMARY:s', 'BEGIN:VALARM', 'ACTION:AUDIO', 'END:VALARM'),
    );
    vevent.add('ATTENDEE', 'mailto:b', { CN: 'B; b' });
    vevent.add('URL', 'https://example.org');
    expect(file.toString()).to.equal(
      event(
        'ATTENDEE:mailto:a',
        'ATTENDEE;CN="B; b":mailto:b',
        'SUMMARY:s',
        'URL:https://example.org',
        'BEGIN:VALARM',
        'ACTION:AUDIO',
        'END:VALARM',
      ),
    );
  });

  it('removes properties and components, and puts components in their place', () => {
    const { file, vevent } = read(event('X-A:1', 'X-A:2', 'BEGIN:VALARM', 'END:VALARM', 'X-C:3'));
    vevent.remove('x-a');
    vevent.remove(vevent.components('VALARM')[0]!);
    const zone = Component.create('VTIMEZONE');
    zone.add('TZID', 'Europe/Berlin');
    file.components()[0]!.insert(zone, 'VEVENT');
    expect(file.toString()).to.equal(
      event('X-C:3').replace(
        'BEGIN:VEVENT',
        'BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nEND:VTIMEZONE\r\nBEGIN:VEVENT',
      ),
    );
  });

  it('sets one parameter and keeps the others as written', () => {
    const { vevent } = read(event('DTSTART;tzid="Europe/Berlin";X-Q=1:20260101T100000'));
    const start = vevent.first('DTSTART')!;
    start.setParameter('VALUE', 'DATE');
    start.setParameter('TZID', undefined);
    expect(start.unfolded).to.equal('DTSTART;X-Q=1;VALUE=DATE:20260101T100000');
    start.setParameter('X-Q', '2');
    expect(start.unfolded).to.equal('DTSTART;X-Q=2;VALUE=DATE:20260101T100000');
  });

  it('folds new lines at 75 octets on code points', () => {
    const { file, vevent } = read(event('UID:1'));
    vevent.setText('SUMMARY', 'ü😀'.repeat(60));
    const physical = file.toString().split('\r\n');
    for (const line of physical) expect(Buffer.byteLength(line)).to.be.at.most(75);
    expect(file.toString()).to.not.include('\ufffd');
    expect(read(file.toString()).vevent.text('SUMMARY')).to.equal('ü😀'.repeat(60));
  });

  it('keeps LF files LF, a missing last line ending, a BOM, blank and broken lines', () => {
    const odd =
      '\uFEFFBEGIN:VCALENDAR\nBEGIN:VEVENT\n\nno colon here\nSUMMARY:a\nEND:VEVENT\nEND:VCALENDAR';
    const { file, vevent } = read(odd);
    expect(file.toString()).to.equal(odd);
    vevent.setText('SUMMARY', 'b');
    vevent.add('URL', 'x:y');
    expect(file.toString()).to.equal(odd.replace('SUMMARY:a', 'SUMMARY:b\nURL:x:y'));
  });

  it('survives a component without end, and ends the line that was last before adding', () => {
    const { file, vevent } = read('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:a');
    vevent.add('URL', 'x:y');
    expect(file.toString()).to.equal('BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:a\r\nURL:x:y\r\n');
  });

  it('refuses line breaks in raw values, in names and in parameter names', () => {
    const { vevent } = read(event('SUMMARY:a'));
    expect(() => vevent.set('RRULE', 'FREQ=DAILY\r\nX-EVIL:1')).to.throw('line break');
    expect(() => vevent.add('X\r\nY', '1')).to.throw('Not a property name');
    expect(() => vevent.add('X', '1', { 'A=1;B': '2' })).to.throw('Not a parameter name');
    expect(() => ContentLine.create('A:B', '', {}, '\r\n')).to.throw('Not a property name');
  });

  it('escapes and splits TEXT', () => {
    expect(escapeText('a,b;c\\d\r\ne\u0007')).to.equal('a\\,b\\;c\\\\d\\ne');
    expect(unescapeText('a\\,b\\;c\\\\n\\Ne')).to.equal('a,b;c\\n\ne');
    expect(splitValue('a\\,b,c\\\\,,d', ',')).to.deep.equal(['a\\,b', 'c\\\\', '', 'd']);
  });

  it('reads and writes any text back to the same bytes (10,000 files)', () => {
    const piece = fc.constantFrom(
      'BEGIN:',
      'END:',
      'VEVENT',
      'VCALENDAR',
      '\r\n',
      '\n',
      '\r\n ',
      ';',
      ':',
      '"',
      'A',
      '=',
      ',',
      '^',
      '\\',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(piece, fc.string({ unit: 'grapheme' }))), (pieces) => {
        const text = pieces.join('');
        expect(Component.parse(text).toString()).to.equal(
          // only a line that something follows must be ended; nothing follows here
          text,
        );
      }),
      { numRuns: 10_000 },
    );
  });

  it('never lets a value or parameter become a property (10,000 edits)', () => {
    const text = fc.string({ unit: 'binary', maxLength: 200 });
    const before = event('X-FIRST:1', 'SUMMARY;LANGUAGE=en:old', 'X-LAST:2');
    fc.assert(
      fc.property(text, text, text, (summary, location, name) => {
        const { file, vevent } = read(before);
        vevent.setText('SUMMARY', summary);
        vevent.setText('LOCATION', location);
        vevent.add('ATTENDEE', 'mailto:a@example.org', { CN: name });
        const after = read(file.toString()).vevent;
        const names = after.lines().map((line) => line.name);
        const expected = ['X-FIRST', ...(summary === '' ? [] : ['SUMMARY']), 'X-LAST'];
        expect(names.filter((one) => one !== 'LOCATION' && one !== 'ATTENDEE')).to.deep.equal(
          expected,
        );
        expect(after.components()).to.deep.equal([]);
        expect(after.text('SUMMARY') ?? '').to.equal(carried(summary));
        expect(after.text('LOCATION') ?? '').to.equal(carried(location));
        expect(after.first('ATTENDEE')?.parameter('CN')).to.deep.equal([carried(name)]);
        expect(after.first('ATTENDEE')?.value).to.equal('mailto:a@example.org');
      }),
      { numRuns: 10_000 },
    );
  });
});

/** What a text is after a round trip: line breaks unified, uncarriable controls gone. */
function carried(text: string): string {
  return text.replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '').replace(/\r\n|\r/g, '\n');
}
