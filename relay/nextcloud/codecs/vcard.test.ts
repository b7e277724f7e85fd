import { expect } from 'chai';
import fc from 'fast-check';
import { changeCard, newCard } from './vcard-change.ts';
import type { CardChange } from './vcard-change.ts';
import { CORPUS } from './vcard-corpus.fixture.ts';
import { dateOf, readDate } from './vcard-date.ts';
import { photoOf, removePhoto, setPhoto } from './vcard-photo.ts';
import { contactView } from './vcard-view.ts';
import { openCard } from './vcard.ts';

const unfolded = (text: string): string[] => text.replace(/\r?\n[ \t]/g, '').split(/\r?\n/);

function edited(text: string, ...changes: CardChange[]): string {
  const { file, card } = openCard(text);
  for (const change of changes) changeCard(card, change);
  return file.toString();
}

const card = (version: string, ...lines: string[]): string =>
  ['BEGIN:VCARD', `VERSION:${version}`, ...lines, 'END:VCARD', ''].join('\r\n');

const inside = (text: string): string[] => unfolded(text).slice(2, -2);

/** Edits of one field each, and the lines they may touch. */
const EDITS: readonly { readonly change: CardChange; readonly touches: RegExp }[] = [
  { change: { kind: 'text', property: 'NOTE', text: 'new; with\na line' }, touches: /^NOTE\b/i },
  { change: { kind: 'text', property: 'TITLE', text: 'Gardener' }, touches: /^TITLE\b/i },
  {
    change: {
      kind: 'entries',
      property: 'EMAIL',
      entries: [{ value: 'new@example.org' }],
      whole: false,
    },
    touches: /^(?:item1\.)?EMAIL\b/i,
  },
  {
    change: { kind: 'entries', property: 'TEL', entries: [{ value: '+49 1' }], whole: false },
    touches: /^(?:(?:item|davdroid)1\.)?TEL\b/i,
  },
  {
    change: { kind: 'list', property: 'CATEGORIES', values: ['Brand, new'] },
    touches: /^CATEGORIES\b/i,
  },
  { change: { kind: 'name', parts: { additional: 'Zed' } }, touches: /^N\b/i },
  { change: { kind: 'org', units: ['New, Inc.'] }, touches: /^(?:item2\.)?ORG\b/i },
  { change: { kind: 'date', property: 'BDAY', date: '1990-01-02' }, touches: /^BDAY\b/i },
  {
    change: { kind: 'addresses', addresses: [{ parts: { city: 'Köln' } }], whole: false },
    touches: /^(?:item3\.)?ADR\b/i,
  },
];

describe('editing vCards of other programs', () => {
  for (const { habit, text } of CORPUS) {
    it(`keeps every other line in place: ${habit}`, () => {
      expect(openCard(text).file.toString()).to.equal(text);
      for (const { change, touches } of EDITS) {
        const after = edited(text, change);
        const others = (lines: string[]): string[] => lines.filter((line) => !touches.test(line));
        expect(others(unfolded(after)), change.kind).to.deep.equal(others(unfolded(text)));
        expect(unfolded(after), change.kind).not.to.deep.equal(unfolded(text));
        // the same again changes nothing, so what was written is what was meant
        expect(edited(after, change), change.kind).to.equal(after);
      }
    });
  }

  it('does not touch a byte when everything is as wished', () => {
    for (const { text } of CORPUS) {
      const view = contactView(openCard(text).card);
      const same: CardChange[] = [
        { kind: 'text', property: 'FN', text: (view['fullname'] as string | undefined) ?? '' },
        { kind: 'text', property: 'NOTE', text: (view['note'] as string | undefined) ?? '' },
        { kind: 'list', property: 'CATEGORIES', values: (view['categories'] ?? []) as string[] },
      ];
      const [first] = (view['email'] ?? []) as { value: string }[];
      if (first !== undefined)
        same.push({
          kind: 'entries',
          property: 'EMAIL',
          entries: [{ value: first.value }],
          whole: false,
        });
      if (!/fn: /.test(text) && !/Note;X-Empty/.test(text))
        expect(edited(text, ...same)).to.equal(text);
    }
  });
});

describe('reading vCards', () => {
  const viewOf = (habit: string): Record<string, unknown> =>
    contactView(openCard(CORPUS.find((one) => one.habit.startsWith(habit))!.text).card);

  it('reads Apple’s groups, labels, types and dates without a year', () => {
    const view = viewOf('Apple Contacts');
    expect(view).to.deep.include({
      email: [
        { value: 'annie@example.org', types: ['internet'], preferred: true, label: 'School' },
      ],
      phone: [{ value: '+1 (555) 010-9999', types: ['iphone', 'cell', 'voice'], preferred: true }],
      url: [{ value: 'http://example.org/annie', preferred: true, label: 'HomePage' }],
      birthday: '--04-15',
    });
    expect(view['address']).to.deep.equal([
      {
        street: '1 Loop\nBack door',
        city: 'Cupertino',
        region: 'CA',
        postal_code: '95014',
        country: 'USA',
        types: ['home'],
        preferred: true,
      },
    ]);
    expect(viewOf('Apple group')).to.include({ kind: 'group' });
  });

  it('reads bare types, several lines of groups and structured names', () => {
    expect(viewOf('Outlook')['phone']).to.deep.equal([
      { value: '(555) 0101', types: ['work', 'voice'] },
      { value: '(555) 0102', types: ['cell', 'voice'] },
    ]);
    expect(viewOf('SOGo')).to.deep.include({
      categories: ['One', 'Two', 'Three'],
      org: ['Department only'],
      address: [{ street: 'A;B', city: 'C,D', types: ['work'] }],
      url: [{ value: 'https://example.org/?a=1,2;b=3' }],
    });
    const gina = viewOf('RFC 6350 parameters');
    expect(gina).to.deep.include({
      name: { family: 'Grape', given: 'Gina', additional: 'Q., R.', suffix: 'M.D., Ph.D.' },
      birthday: 'circa 1800',
      geo: '37.386013,-122.082932',
      phone: [{ value: '+1-555-555-5555;ext=5555', types: ['voice', 'home'], preferred: true }],
    });
    expect(viewOf('KAddressBook')).to.include({ anniversary: '2001-02-03' });
    expect(viewOf('Nextcloud')).not.to.have.any.keys('email', 'phone', 'address');
  });

  it('reads dates in every spelling and refuses what is none', () => {
    const of = (line: string): string | undefined =>
      dateOf(openCard(card('4.0', line)).card.first('BDAY'));
    expect(of('BDAY:19850412')).to.equal('1985-04-12');
    expect(of('BDAY;VALUE=date:1985-04-12')).to.equal('1985-04-12');
    expect(of('BDAY:1985-04-12T00:00:00Z')).to.equal('1985-04-12');
    expect(of('BDAY:--0229')).to.equal('--02-29');
    expect(of('BDAY:19961022T140000-0500')).to.equal('19961022T140000-0500');
    expect(of('BDAY:1985')).to.equal('1985');
    expect(readDate('--02-29')).to.equal('--02-29');
    expect(['1985-02-29', '--13-01', 'yesterday', '1985-4-1'].map(readDate)).to.deep.equal(
      Array(4).fill(undefined),
    );
  });

  it('finds photos in the forms of both versions and as addresses', () => {
    const of = (line: string) => photoOf(openCard(card('4.0', line)).card);
    const jpeg = { mediaType: 'image/jpeg', data: '/9j/' };
    expect(of('PHOTO:data:image/jpeg;base64,/9j/')).to.deep.equal(jpeg);
    expect(of('PHOTO:data:image/jpeg;base64\\,/9j/')).to.deep.equal(jpeg);
    expect(of('PHOTO;ENCODING=b;TYPE=JPEG:/9j/')).to.deep.equal(jpeg);
    expect(of('PHOTO;MEDIATYPE=image/gif:http://example.org/a.gif')).to.deep.equal({
      mediaType: 'image/gif',
      url: 'http://example.org/a.gif',
    });
    expect(of('X-PHOTO:1')).to.equal(undefined);
  });
});

describe('changing vCards', () => {
  const entries = (
    property: 'EMAIL' | 'TEL' | 'URL',
    whole: boolean,
    ...list: { value: string; types?: string[]; preferred?: boolean; label?: string }[]
  ): CardChange => ({ kind: 'entries', property, entries: list, whole });

  it('a list keeps the lines of the values that stay, reuses freed ones and removes the rest', () => {
    const before = card(
      '4.0',
      'EMAIL;TYPE=HOME:a@x',
      'item1.EMAIL;TYPE=WORK:b@x',
      'item1.X-ABLabel:Desk',
      'item2.EMAIL:c@x',
      'item2.X-ABLabel:Gone',
    );
    expect(
      inside(edited(before, entries('EMAIL', true, { value: 'd@x' }, { value: 'a@x' }))),
    ).to.deep.equal(['EMAIL;TYPE=HOME:a@x', 'item1.EMAIL;TYPE=WORK:d@x', 'item1.X-ABLabel:Desk']);
    expect(inside(edited(before, entries('EMAIL', true)))).to.deep.equal([]);
  });

  it('marks the preferred one as the version does, and only one', () => {
    const wish = entries('TEL', false, { value: '2', preferred: true });
    expect(inside(edited(card('4.0', 'TEL;PREF=1:1', 'TEL;TYPE=HOME:2'), wish))).to.deep.equal([
      'TEL:1',
      'TEL;TYPE=HOME;PREF=1:2',
    ]);
    expect(
      inside(edited(card('3.0', 'TEL;TYPE=CELL,pref:1', 'TEL;TYPE=HOME:2'), wish)),
    ).to.deep.equal(['TEL;TYPE=CELL:1', 'TEL;TYPE=HOME,PREF:2']);
  });

  it('sets and removes labels and types', () => {
    const before = card(
      '3.0',
      'item1.URL:http://a',
      'item1.X-ABLabel:_$!<HomePage>!$_',
      'TEL;HOME;VOICE:1',
    );
    const after = edited(
      before,
      entries('URL', false, { value: 'http://b/,;', label: '' }),
      entries('TEL', false, { value: '1', types: ['work'], label: 'Shed' }),
    );
    expect(inside(after)).to.deep.equal([
      'item1.URL:http://b/,;',
      'item2.TEL;TYPE=WORK:1',
      'item2.X-ABLabel:Shed',
    ]);
  });

  it('keeps a tel: URI one, and makes a text of what is none', () => {
    const before = card('4.0', 'TEL;VALUE=uri;TYPE=cell:tel:+1-555');
    expect(inside(edited(before, entries('TEL', false, { value: '+49 170 1' })))).to.deep.equal([
      'TEL;VALUE=uri;TYPE=cell:tel:+49-170-1',
    ]);
    expect(inside(edited(before, entries('TEL', false, { value: 'ask; Ann' })))).to.deep.equal([
      'TEL;TYPE=cell:ask\\; Ann',
    ]);
  });

  it('writes dates as the version wants them', () => {
    const set = (version: string, date: string, ...lines: string[]): string[] =>
      inside(edited(card(version, ...lines), { kind: 'date', property: 'BDAY', date }));
    expect(set('4.0', '1985-04-12')).to.deep.equal(['BDAY:19850412']);
    expect(set('4.0', '--04-12', 'BDAY;VALUE=text;ALTID=1:circa')).to.deep.equal([
      'BDAY;ALTID=1:--0412',
    ]);
    expect(
      set('3.0', '1985-04-12', 'BDAY;X-APPLE-OMIT-YEAR=1604;VALUE=date:1604-01-01'),
    ).to.deep.equal(['BDAY;VALUE=date:1985-04-12']);
    expect(set('3.0', '--04-12')).to.deep.equal(['BDAY;X-APPLE-OMIT-YEAR=1604:1604-04-12']);
    expect(set('3.0', '', 'BDAY:1985-04-12')).to.deep.equal([]);
    expect(set('3.0', '1985-04-12', 'BDAY:19850412')).to.deep.equal(['BDAY:19850412']);
  });

  it('uses the names of the card’s version', () => {
    const change: CardChange = { kind: 'text', property: 'KIND', text: 'org' };
    expect(inside(edited(card('3.0'), change))).to.deep.equal(['X-ADDRESSBOOKSERVER-KIND:org']);
    expect(inside(edited(card('4.0'), change))).to.deep.equal(['KIND:org']);
    const geo: CardChange = { kind: 'text', property: 'GEO', text: '1.5,-2' };
    expect(inside(edited(card('3.0'), geo))).to.deep.equal(['GEO:1.5;-2']);
    expect(inside(edited(card('4.0'), geo))).to.deep.equal(['GEO:geo:1.5,-2']);
  });

  it('changes groups word by word and addresses part by part', () => {
    const before = card(
      '3.0',
      'CATEGORIES:A,B\\, b',
      'ADR;LABEL="old";TYPE=home:;;S\\, 1;C;R;P;D',
      'CATEGORIES:C',
    );
    expect(
      inside(edited(before, { kind: 'list', property: 'CATEGORIES', values: ['B, b', 'New, er'] })),
    ).to.deep.equal([
      'CATEGORIES:B\\, b',
      'ADR;LABEL="old";TYPE=home:;;S\\, 1;C;R;P;D',
      'CATEGORIES:New\\, er',
    ]);
    expect(
      inside(
        edited(before, {
          kind: 'addresses',
          addresses: [{ parts: { city: 'X;Y' } }],
          whole: false,
        }),
      )[1],
    ).to.equal('ADR;TYPE=home:;;S\\, 1;X\\;Y;R;P;D');
  });

  it('writes photos in the form of the version, in place of the old one', () => {
    const photo = (version: string, line: string): string[] => {
      const { file, card: open } = openCard(card(version, line, 'NOTE:n'));
      setPhoto(open, 'image/png', 'AAAA');
      return inside(file.toString());
    };
    expect(photo('3.0', 'PHOTO;X-ABCROP-RECTANGLE=x;VALUE=uri:http://a')).to.deep.equal([
      'PHOTO;ENCODING=b;TYPE=PNG:AAAA',
      'NOTE:n',
    ]);
    expect(photo('4.0', 'PHOTO;MEDIATYPE=image/gif:http://a')).to.deep.equal([
      'PHOTO:data:image/png;base64,AAAA',
      'NOTE:n',
    ]);
    const { file, card: open } = openCard(card('4.0', 'PHOTO:data:image/png;base64,AAAA'));
    removePhoto(open);
    expect(inside(file.toString())).to.deep.equal([]);
  });

  it('never crashes, never injects a property, and reads back what was written (10,000 wishes)', () => {
    const hostile = fc.string({
      unit: fc.constantFrom(
        '\r\n',
        '\n',
        '\r',
        ' ',
        'X-EVIL:1',
        ';',
        ',',
        ':',
        '"',
        '\\',
        '^',
        'a',
        'ü',
        '😀',
        '\u2028',
        'END:VCARD',
        '\0',
      ),
      maxLength: 12,
    });
    const anyText = fc.oneof(hostile, fc.string({ maxLength: 80 }));
    const entry = fc.record({
      value: anyText,
      label: anyText,
      types: fc.array(fc.stringMatching(/^[a-z]{1,8}$/), { maxLength: 3 }),
      preferred: fc.boolean(),
    });
    const change: fc.Arbitrary<CardChange> = fc.oneof(
      fc.record({
        kind: fc.constant('text' as const),
        property: fc.constantFrom('FN' as const, 'NOTE' as const, 'GENDER' as const),
        text: anyText,
      }),
      fc.record({
        kind: fc.constant('list' as const),
        property: fc.constantFrom('NICKNAME' as const, 'CATEGORIES' as const),
        values: fc.array(anyText, { maxLength: 3 }),
      }),
      fc.record({ kind: fc.constant('org' as const), units: fc.array(anyText, { maxLength: 3 }) }),
      fc.record({
        kind: fc.constant('name' as const),
        parts: fc.record({ family: anyText, given: anyText }),
      }),
      fc.record({
        kind: fc.constant('entries' as const),
        property: fc.constantFrom(
          'EMAIL' as const,
          'TEL' as const,
          'URL' as const,
          'IMPP' as const,
        ),
        entries: fc.array(entry, { maxLength: 3 }),
        whole: fc.boolean(),
      }),
      fc.record({
        kind: fc.constant('addresses' as const),
        addresses: fc.array(
          fc.record({ parts: fc.record({ street: anyText, city: anyText }), label: anyText }),
          { maxLength: 2 },
        ),
        whole: fc.boolean(),
      }),
    );
    const written =
      /^(?:[a-z]+\d+\.)?(?:FN|NOTE|(?:X-)?GENDER|NICKNAME|CATEGORIES|ORG|N|EMAIL|TEL|URL|IMPP|ADR|X-ABLABEL)[;:]/i;
    fc.assert(
      fc.property(
        fc.constantFrom(...CORPUS),
        fc.array(change, { maxLength: 3 }),
        ({ text }, changes) => {
          const after = edited(text, ...changes);
          const { file, card: again } = openCard(after);
          expect(file.toString()).to.equal(after);
          expect(file.components('VCARD').length).to.equal(
            openCard(text).file.components('VCARD').length,
          );
          const names = again.lines().map(({ name }) => name);
          expect(names).not.to.include('X-EVIL');
          const before = new Set(unfolded(text));
          for (const line of unfolded(after)) if (!before.has(line)) expect(line).to.match(written);
          contactView(again);
          for (const line of after.split(/\r?\n/)) expect(line).not.to.include('\ufffd');
          const [last] = changes.slice(-1);
          if (last?.kind === 'text' && last.property === 'NOTE') {
            const carried = last.text
              .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\x7f]/g, '')
              .replace(/\r\n|\r/g, '\n');
            if (carried !== '') expect(again.text('NOTE')).to.equal(carried);
          }
        },
      ),
      { numRuns: 10_000 },
    );
  });

  it('makes a card of version 4 with escaped texts', () => {
    const made = newCard('a,b', 'Ann; Other\nline');
    changeCard(made, { kind: 'text', property: 'NOTE', text: 'x'.repeat(100) });
    expect(unfolded(made.toString())).to.deep.equal([
      'BEGIN:VCARD',
      'VERSION:4.0',
      'UID:a\\,b',
      'FN:Ann\\; Other\\nline',
      `NOTE:${'x'.repeat(100)}`,
      'END:VCARD',
      '',
    ]);
    for (const line of made.toString().split('\r\n'))
      expect(Buffer.byteLength(line)).to.be.at.most(75);
  });

  it('refuses what is no vCard', () => {
    expect(() => openCard('BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n')).to.throw('not a vCard');
  });
});
