import { expect } from 'chai';
import * as fc from 'fast-check';
import { RelayError } from '../errors.ts';
import { pageOf } from './list-page.ts';

describe('pageOf', () => {
  it('gives every item exactly once, page by page, within the cap or one item alone', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string(), { maxLength: 40 }),
        fc.integer({ min: 1, max: 200 }),
        (items, cap) => {
          const all: unknown[] = [];
          let cursor: string | undefined;
          do {
            const page = pageOf(items, cursor, cap);
            const bytes = page.items.reduce<number>(
              (sum, item) => sum + JSON.stringify(item).length,
              0,
            );
            if (page.items.length > 1) expect(bytes).to.be.lessThan(cap * 4);
            all.push(...page.items);
            cursor = page.nextCursor;
          } while (cursor !== undefined);
          expect(all).to.eql(items);
        },
      ),
    );
  });

  it('refuses a cursor it did not give', () => {
    for (const cursor of ['12', 'at--1', 'at-1e9', 'x', 5]) {
      expect(() => pageOf([1], cursor, 10)).to.throw(RelayError, 'cursor');
    }
  });
});
