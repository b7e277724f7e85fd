import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import { listingOf, pageReply } from './paged.ts';
import type { Paging } from './paged.ts';

const first = { 'X-NC-Paginate': 'true', 'X-NC-Paginate-Count': 2 } as const;
const later = { ...first, 'X-NC-Paginate-Offset': 2, 'X-NC-Paginate-Token': 'kept' };
const reply = { status: 207, headers: {}, data: ['c'] };

/** A server whose cache lost rows of the listing `kept`. */
function forgetful(sent: Paging[]) {
  return (paging: Paging) => {
    sent.push(paging);
    return paging['X-NC-Paginate-Token'] === 'kept'
      ? Promise.reject(new RelayError('upstream_error', 'A type error occurred', { status: 500 }))
      : Promise.resolve(reply);
  };
}

async function thrown(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  );
}

describe('pages of a DAV listing', () => {
  it('asks for a page once more without the token when the server lost the listing', async () => {
    const sent: Paging[] = [];
    expect(await pageReply(later, forgetful(sent))).to.equal(reply);
    const { 'X-NC-Paginate-Token': _token, ...afresh } = later;
    expect(sent).to.deep.equal([later, afresh]);
  });

  it('does not repeat other failures, nor a first page', async () => {
    for (const [paging, status] of [
      [later, 404],
      [later, 503],
      [first, 500],
    ] as const) {
      const error = new RelayError('upstream_error', 'no', { status });
      let times = 0;
      const failing = () => {
        times += 1;
        return Promise.reject(error);
      };
      expect(await thrown(pageReply<unknown, Paging>(paging, failing))).to.equal(error);
      expect(times).to.equal(1);
    }
  });

  it('says what the server says, and nothing for one without paging', () => {
    const headers = { 'x-nc-paginate-total': '12', 'x-nc-paginate-token': 't' };
    expect(listingOf(headers)).to.deep.equal({ total: 12, token: 't' });
    expect(listingOf({})).to.deep.equal({ total: undefined, token: undefined });
  });
});
