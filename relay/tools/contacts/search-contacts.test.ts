import { expect } from 'chai';
import type { ToolContext } from '../tool.ts';
import type { Condition } from './contact-match.ts';
import { searchContacts } from './search-contacts.ts';

interface Query {
  readonly conditions: readonly Condition[];
  readonly limit: number;
}

const tel = (number: string): string => `TEL:${number}`;

/** A large address book that filters and cuts as Nextcloud does: any condition, "contains", the first so many. */
function book(lines: readonly string[]) {
  let rowsMoved = 0;
  const holds = (line: string, { property, test, match, matches = [] }: Condition): boolean => {
    const [, value = ''] = line.split(`${property}:`);
    const texts = match === undefined ? matches : [match];
    const wanted = texts.map(({ text }) => text.toLowerCase());
    const within = (text: string): boolean => value.toLowerCase().includes(text);
    return (
      line.startsWith(property) && (test === 'allof' ? wanted.every(within) : wanted.some(within))
    );
  };
  const execute = (_key: string, { conditions, limit }: Query) => {
    const data = lines
      .map((line, at) => ({ line, at }))
      .filter(({ line }) => conditions.some((condition) => holds(line, condition)))
      .slice(0, limit)
      .map(({ line, at }) => ({
        href: `/addressbooks/users/alice/b/${String(at)}.vcf`,
        etag: '"e"',
        data: `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${String(at)}\r\nFN:A\r\n${line}\r\nEND:VCARD\r\n`,
      }));
    rowsMoved += data.length;
    return Promise.resolve({ status: 207, headers: {}, data });
  };
  const nextcloud = { userId: () => Promise.resolve('alice'), execute };
  const context = { nextcloud } as unknown as ToolContext;
  return {
    moved: () => rowsMoved,
    async find(query: string) {
      const { data } = await searchContacts.run({ query, addressbook: 'b' }, context);
      const ids = (data['contacts'] as { vcard_id: string }[]).map(({ vcard_id: id }) => id);
      return { ids, truncated: data['truncated'], cut: data['not_searched_to_the_end'] };
    },
  };
}

/** So many numbers that end in 21 that the wanted one, behind them, would be cut off. */
const others = Array.from({ length: 900 }, (_, n) => tel(`+49 30 ${String(100_000 + n)}21`));

describe('finding a phone number in a large address book', () => {
  for (const written of [
    '+49 170 5554321',
    '+49 170 555-43-21',
    '0170/55 54 32 1',
    '0170 5.554.321',
    '(0170) 555 432-1',
    '+491705554321',
  ]) {
    it(`reaches ${written}, which few others are like`, async () => {
      const large = book([...others, tel(written)]);
      expect(await large.find('0170 5554321')).to.deep.equal({
        ids: ['900'],
        truncated: undefined,
        cut: undefined,
      });
      expect(large.moved()).to.be.below(20);
    });
  }

  for (const written of [
    '+49 170 55 5 4 3 21',
    '0170 55\u00a0543\u202f21',
    '+49 (170) 5_55\u201143\u201321',
  ])
    it(`reaches the rarest groupings too: ${written}`, async () => {
      const large = book([...others, tel(written)]);
      const { ids, cut } = await large.find('0170 5554321');
      expect({ ids, cut }).to.deep.equal({ ids: ['900'], cut: undefined });
      expect(large.moved()).to.be.below(300);
    });

  it('knows a short number with its country and without', async () => {
    const short = book([tel('089 1234'), tel('+49 89 1234'), tel('+43 89 12345')]);
    expect((await short.find('+49 89 1234')).ids).to.deep.equal(['0', '1']);
    expect((await short.find('089 1234')).ids).to.deep.equal(['0', '1', '2']);
  });

  it('says in which book it did not get to the end', async () => {
    const found = await book([...others, 'NOTE:21']).find('+49 30 1');
    expect(found)
      .to.include({ truncated: true })
      .and.deep.include({ cut: ['b'] });
  });
});

describe('finding words in a large address book', () => {
  const notes = Array.from({ length: 900 }, () => 'NOTE:met at the conference');

  it('asks for another word when the longest is in more cards than can be looked through', async () => {
    const large = book([...notes, 'NOTE:Anna, met at the conference']);
    const { ids, cut } = await large.find('anna conference');
    expect({ ids, cut }).to.deep.equal({ ids: ['900'], cut: undefined });
  });

  it('finds postal codes and years, which look like numbers', async () => {
    const large = book([
      'ADR:;;Main Street 1;Town;;12345;',
      tel('+1 555 12345'),
      'NOTE:since 2026',
    ]);
    expect((await large.find('12345')).ids).to.deep.equal(['0', '1']);
    expect((await large.find('2026')).ids).to.deep.equal(['2']);
  });

  it('says in which book it did not get to the end', async () => {
    const found = await book(notes).find('the conference');
    expect(found)
      .to.include({ truncated: true })
      .and.deep.include({ cut: ['b'] });
  });
});
