import { expect } from 'chai';
import { EXCHANGE, startBed } from './gateway.ts';
import type { Bed } from './gateway.ts';
import { sha256 } from './identity-provider.ts';

const READ = 'nc_notes_get_note';

/** A few at a time, as connections of real clients are; all of them overlap. */
async function inWaves<T>(
  count: number,
  width: number,
  work: (index: number) => Promise<T>,
): Promise<T[]> {
  const results: T[] = [];
  let next = 0;
  const worker = async (): Promise<void> => {
    while (next < count) {
      const index = next;
      next += 1;
      results[index] = await work(index);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
  return results;
}

describe('many calls at once', () => {
  let bed: Bed;

  beforeEach(async () => {
    bed = await startBed(EXCHANGE);
  });
  afterEach(() => bed.close());

  it('1,000 concurrent calls with one token make one exchange', async () => {
    const token = await bed.idp.token();
    let release = (): void => undefined;
    bed.idp.hold = new Promise((resolve) => (release = resolve));
    const calls = Array.from({ length: 1000 }, () => bed.call(token, READ, { note_id: 1 }));
    // The exchange is answered only when every call has reached a handler, so that all of them wait for it.
    while (bed.handled() < 1000) await new Promise((resolve) => setImmediate(resolve));
    release();
    const answers = await Promise.all(calls);
    for (const { status, message } of answers) {
      expect(status).to.equal(200);
      expect(JSON.stringify(message.result)).to.contain('of alice');
    }
    expect(bed.idp.exchanged).to.eql([sha256(token)]);
    const used = new Set(bed.nextcloud.seen.map(({ authorization }) => authorization));
    expect([...used]).to.eql([`Bearer ${bed.idp.given[0] ?? ''}`]);
  });

  it('50 people with 20 calls each never get each other’s answers or credentials', async () => {
    const people = Array.from({ length: 50 }, (_, index) => `person-${String(index)}`);
    const tokens = await Promise.all(people.map((person) => bed.idp.token({ person })));
    await inWaves(1000, 100, async (index) => {
      const who = index % 50;
      const { status, message } = await bed.call(tokens[who], READ, { note_id: index + 1 });
      expect(status).to.equal(200);
      const { title } = (message.result as { structuredContent: { title: string } })
        .structuredContent;
      expect(title).to.equal(`of ${people[who] ?? ''}`);
    });
    const notes = bed.nextcloud.seen.filter(({ url }) => url.includes('/notes/'));
    expect(notes.length).to.equal(1000);
    for (const { url, authorization } of notes) {
      const index = Number(/\/notes\/(\d+)/.exec(url)?.[1]) - 1;
      expect(bed.nextcloud.userOf(authorization)).to.equal(people[index % 50]);
    }
    expect(bed.idp.exchanged.length).to.equal(50);
    expect(new Set(bed.idp.exchanged).size).to.equal(50);
  });

  it('lists of people with other scopes do not mix, whoever asks first', async () => {
    const [reader, writer] = [
      await bed.idp.token({ scope: 'notes:read' }),
      await bed.idp.token({ person: 'bob', scope: 'deck' }),
    ];
    const lists = await inWaves(40, 20, (index) =>
      bed.send({
        token: index % 2 === 0 ? reader : writer,
        body: { jsonrpc: '2.0', id: index, method: 'tools/list', params: {} },
      }),
    );
    lists.forEach(({ text }, index) => {
      expect(text.includes('"nc_notes_get_note"')).to.equal(index % 2 === 0);
      expect(text.includes('"deck_create_board"')).to.equal(index % 2 === 1);
    });
  });
});
