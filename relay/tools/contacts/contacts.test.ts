import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';
import type { DefinedTool, ToolContext } from '../tool.ts';
import { changesFrom } from './contact-data.ts';
import { createContact } from './create-contact.ts';
import { getContact } from './get-contact.ts';
import { listContacts } from './list-contacts.ts';
import { searchContacts } from './search-contacts.ts';
import { updateContact } from './update-contact.ts';

type Arguments = Readonly<Record<string, unknown>>;
type Answer = { data?: unknown; headers?: Record<string, string> };

const CARD = (...lines: string[]): string =>
  [
    'BEGIN:VCARD',
    'VERSION:3.0',
    'N:A;Ann;;;',
    'FN:Ann A',
    'X-OTHER;P=1:kept',
    'UID:ann',
    ...lines,
    'END:VCARD',
    '',
  ].join('\r\n');

/** A Nextcloud that notes what it is asked and answers from a function. */
function nextcloudWith(answer: (key: string, args: Arguments, nth: number) => Answer) {
  const sent: { key: string; args: Arguments }[] = [];
  const nextcloud = {
    userId: () => Promise.resolve('alice'),
    execute: (key: string, args: Arguments) =>
      Promise.resolve().then(() => {
        sent.push({ key, args });
        const nth = sent.filter((one) => one.key === key).length;
        return { status: 207, headers: {}, data: null, ...answer(key, args, nth) };
      }),
  } as unknown as Nextcloud;
  const context: ToolContext = {
    nextcloud,
    signal: new AbortController().signal,
    progress: () => Promise.resolve(),
    now: () => new Date(0),
    newId: () => 'new-id',
  };
  const keys = (): string[] => sent.map(({ key }) => key.replace('carddav.', ''));
  return { sent, keys, call: (tool: DefinedTool, args: Arguments) => tool.run(args, context) };
}

const stored = (text: string, etag: string): Answer => ({
  data: [{ href: '/addressbooks/users/alice/b/ann.vcf', etag: `"${etag}"`, data: text }],
});
const refuse = (status: number): never => {
  throw new RelayError(status === 404 ? 'not_found' : 'conflict', `status ${String(status)}`, {
    status,
  });
};
const failure = async (run: Promise<unknown>): Promise<RelayError> =>
  run.then(
    () => {
      throw new Error('It did not fail');
    },
    (error: unknown) => error as RelayError,
  );

const ANN = { addressbook: 'b', uid: 'ann' };

describe('contact tools', () => {
  it('puts the change on the newer card when somebody was faster', async () => {
    const server = nextcloudWith((key, _args, nth) => {
      if (key === 'carddav.stored-contact')
        return nth === 1 ? stored(CARD(), 'e1') : stored(CARD('TEL:1'), 'e2');
      if (nth === 1) refuse(412);
      return { headers: { etag: '"e3"' } };
    });
    const { data } = await server.call(updateContact, { ...ANN, contact_data: { note: 'n' } });
    expect(data).to.include({ etag: 'e3', changed: true });
    expect(server.sent.at(-1)?.args).to.deep.include({
      'If-Match': '"e2"',
      body: CARD('TEL:1', 'NOTE:n'),
    });
  });

  it('does not, when the caller named the ETag of its reading', async () => {
    const server = nextcloudWith((key, _args, nth) => {
      if (key === 'carddav.stored-contact')
        return nth === 1 ? stored(CARD(), 'e1') : stored(CARD('NOTE:theirs'), 'e2');
      return refuse(412);
    });
    const error = await failure(
      server.call(updateContact, { ...ANN, etag: 'e1', contact_data: { note: 'mine' } }),
    );
    expect(error.code).to.equal('conflict');
    expect(error.details?.['differs_from_yours']).to.deep.equal(['note']);
    expect(server.keys().filter((key) => key === 'write-contact')).to.have.lengthOf(1);
  });

  it('refuses an outdated ETag before writing anything', async () => {
    const server = nextcloudWith(() => stored(CARD(), 'e2'));
    const error = await failure(
      server.call(updateContact, { ...ANN, etag: '"e1"', contact_data: { fn: 'X' } }),
    );
    expect(error.details?.['current']).to.deep.include({ etag: 'e2' });
    expect(server.keys()).to.deep.equal(['stored-contact']);
  });

  it('reads again what the server changed while storing it', async () => {
    const server = nextcloudWith((key, _args, nth) =>
      key === 'carddav.write-contact'
        ? {}
        : stored(nth === 1 ? CARD() : CARD('REV:1'), `e${String(nth)}`),
    );
    const { data } = await server.call(updateContact, { ...ANN, contact_data: { note: 'n' } });
    expect(data).to.deep.include({ etag: 'e2' });
    expect((data['contact'] as Arguments)['revision']).to.equal('1');
  });

  it('takes no other card for the one asked for, whatever the server finds', async () => {
    const server = nextcloudWith((key, args) => {
      if (key === 'carddav.query-addressbook')
        return { data: [{ href: '/addressbooks/users/alice/b/other.vcf' }] };
      if (key === 'carddav.list-addressbooks') return { data: [] };
      return args['card'] === 'other.vcf'
        ? stored(CARD().replace('UID:ann', 'UID:ann2'), 'e')
        : refuse(404);
    });
    expect((await failure(server.call(getContact, ANN))).code).to.equal('not_found');
  });

  it('prefers the UID to a file that only has the name', async () => {
    const server = nextcloudWith((key, args) => {
      if (key === 'carddav.query-addressbook')
        return { data: [{ href: '/addressbooks/users/alice/b/x%y.vcf' }] };
      return args['card'] === 'x%y.vcf'
        ? stored(CARD(), 'right')
        : stored(CARD().replace('UID:ann', 'UID:b'), 'wrong');
    });
    const { data } = await server.call(getContact, ANN);
    expect(data).to.include({ etag: 'right', vcard_id: 'x%y', uid: 'ann' });
  });

  it('pages by itself where the server cannot', async () => {
    const rows = [1, 2, 3].map((n) => ({
      href: `/addressbooks/users/alice/b/${String(n)}.vcf`,
      etag: '"e"',
      data: CARD(),
    }));
    const server = nextcloudWith(() => ({ data: rows }));
    const { data } = await server.call(listContacts, { addressbook: 'b', limit: 1, cursor: '1' });
    expect((data['contacts'] as Arguments[]).map((one) => one['vcard_id'])).to.deep.equal(['2']);
    expect(data).to.include({ total_count: 3, next_cursor: '2' });
  });

  it('compares phone numbers by digits and words by values only', async () => {
    const data = [CARD('item1.TEL;TYPE=WORK:+49 (170) 55-51.234'), CARD('TEL:34')].map(
      (text, at) => ({
        href: `/addressbooks/users/alice/b/${String(at)}.vcf`,
        etag: '"e"',
        data: text,
      }),
    );
    const server = nextcloudWith(() => ({ data }));
    const find = async (query: string): Promise<unknown[]> => {
      const answer = await server.call(searchContacts, { addressbook: 'b', query });
      return (answer.data['contacts'] as Arguments[]).map((one) => one['vcard_id']);
    };
    expect(await find('0170 5551234')).to.deep.equal(['0']);
    expect(await find('ann a')).to.deep.equal(['0', '1']);
    expect(await find('ann work')).to.deep.equal([]);
  });

  it('calls a file after the UID only when a URL carries it well', async () => {
    const server = nextcloudWith(() => ({ headers: { etag: '"e"' } }));
    for (const uid of ['ann-1@x', '../x', '.hidden', 'a/b'])
      await server.call(createContact, { addressbook: 'b', uid, contact_data: { fn: 'A' } });
    expect(server.sent.map(({ args }) => args['card'])).to.deep.equal([
      'ann-1@x.vcf',
      'new-id.vcf',
      'new-id.vcf',
      'new-id.vcf',
    ]);
    const error = await failure(
      server.call(createContact, {
        addressbook: 'b',
        uid: 'a\r\nX-EVIL:1',
        contact_data: { fn: 'A' },
      }),
    );
    expect(error.code).to.equal('invalid_argument');
  });
});

describe('contact_data', () => {
  it('knows the words that vCard, our answers and models use', () => {
    expect(changesFrom({ phone: '1' })).to.deep.equal(changesFrom({ tel: { number: '1' } }));
    expect(changesFrom({ birthday: '1985-04-12' })).to.deep.equal(
      changesFrom({ bday: '19850412' }),
    );
    expect(changesFrom({ categories: 'A, B' })).to.deep.equal(changesFrom({ groups: ['A', 'B'] }));
    expect(changesFrom({ n: 'Doe;Jo;;;' })).to.deep.equal(
      changesFrom({ name: { last: 'Doe', first: 'Jo', middle: '', prefix: '', suffix: '' } }),
    );
    expect(changesFrom({ name: 'Jo Doe' })).to.deep.equal(changesFrom({ fn: 'Jo Doe' }));
    expect(changesFrom({ email: [] })).to.deep.equal(changesFrom({ email: null }));
  });

  it('refuses what it would have to drop', () => {
    const given: Record<string, unknown>[] = [
      {},
      { constructor: 'x' },
      { favourite_colour: 'red' },
      { email: { value: 'a@x', colour: 'red' } },
      { email: [{ type: 'home' }] },
      { email: { value: 'a@x', type: 'home;X=1' } },
      { tel: [['1']] },
      { fn: { a: 1 } },
      { bday: 'yesterday' },
      { address: { planet: 'Earth' } },
      { geo: 'here' },
      { kind: 'robot' },
      { note: '\ud800' },
    ];
    for (const data of given)
      expect(() => changesFrom(data), JSON.stringify(data))
        .to.throw(RelayError)
        .with.property('code', 'invalid_argument');
  });

  it('says of a read-only book that it is, not that it is missing', async () => {
    const readOnly = (nextcloudKey: string, args: Arguments): Answer => {
      if (nextcloudKey === 'carddav.list-addressbooks')
        return {
          data: [
            { href: '/addressbooks/users/alice/b/', kind: ['addressbook'], readOnly: true },
            { href: '/addressbooks/users/alice/c/', kind: ['addressbook'] },
          ],
        };
      if (nextcloudKey === 'carddav.write-contact') return refuse(404);
      return args['card'] === 'ann.vcf' ? stored(CARD(), 'e1') : { data: [] };
    };
    const contact_data = { fn: 'Ann B' };
    for (const tool of [createContact, updateContact]) {
      const write = (addressbook: string) => ({ addressbook, uid: 'ann', contact_data });
      const { call } = nextcloudWith(readOnly);
      const error = await failure(call(tool, write('b')));
      expect(error).to.include({ code: 'forbidden', status: 403 });
      expect(error.message).to.include('read-only');
      // another refusal of a book that can be written to stays what it is
      expect((await failure(call(tool, write('c')))).message).to.equal('status 404');
    }
  });
});
