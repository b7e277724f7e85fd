import { expect } from 'chai';
import type { ToolContext } from '../tool.ts';
import { searchContacts } from './search-contacts.ts';

interface Query {
  readonly conditions: readonly { readonly property: string; readonly match: { text: string } }[];
  readonly limit: number;
}

/** A large address book that filters and cuts as Nextcloud does: any condition, "contains", the first so many. */
function book(numbers: readonly string[]) {
  let rowsMoved = 0;
  const execute = (_key: string, { conditions, limit }: Query) => {
    const data = numbers
      .map((number, at) => ({ number, at }))
      .filter(({ number }) =>
        conditions.some(({ property, match }) => property === 'TEL' && number.includes(match.text)),
      )
      .slice(0, limit)
      .map(({ number, at }) => ({
        href: `/addressbooks/users/alice/b/${String(at)}.vcf`,
        etag: '"e"',
        data: `BEGIN:VCARD\r\nVERSION:3.0\r\nUID:${String(at)}\r\nFN:A\r\nTEL:${number}\r\nEND:VCARD\r\n`,
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
const others = Array.from({ length: 900 }, (_, n) => `+49 30 ${String(100_000 + n)}21`);

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
      const large = book([...others, written]);
      expect(await large.find('0170 5554321')).to.deep.equal({
        ids: ['900'],
        truncated: undefined,
        cut: undefined,
      });
      expect(large.moved()).to.be.below(20);
    });
  }

  it('tries the rarest groupings too', async () => {
    const large = book([...others.slice(0, 100), '+49 170 55 5 4 3 21']);
    expect((await large.find('0170 5554321')).ids).to.deep.equal(['100']);
  });

  it('says in which book it did not get to the end', async () => {
    const found = await book([...others, '+49 170 55 5 4 3 21']).find('0170 5554321');
    expect(found).to.deep.equal({ ids: [], truncated: true, cut: ['b'] });
  });
});
