import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import type { ToolContext } from '../tool.ts';
import { listDirectory } from './list-directory.ts';
import { listTrash } from './trash.ts';

/** A folder of files, or a trash bin, whose listing the server forgets after each page. */
function forgetfulFolder(count: number) {
  const sent: Record<string, unknown>[] = [];
  const rows = [
    '/files/alice/many',
    ...Array.from({ length: count }, (_, n) => `/files/alice/many/${String(n)}`),
  ];
  let token = 0;
  const execute = (_key: string, args: Record<string, unknown>) =>
    Promise.try(() => {
      sent.push(args);
      if (args['X-NC-Paginate-Token'] !== undefined)
        throw new RelayError('upstream_error', 'A type error occurred', { status: 500 });
      token += 1;
      const offset = Number(args['X-NC-Paginate-Offset'] ?? 0);
      const data = rows.slice(offset, offset + Number(args['X-NC-Paginate-Count'])).map((href) => ({
        href,
        ...(href === rows[0] ? { kind: ['collection'] } : { size: 1, name: href }),
      }));
      const headers = {
        'x-nc-paginate-total': String(rows.length),
        'x-nc-paginate-token': `t${String(token)}`,
      };
      return { status: 207, headers, data };
    });
  const nextcloud = {
    publicUrl: 'https://cloud.example.org',
    userId: () => Promise.resolve('alice'),
    execute,
  };
  return { sent, context: { nextcloud, now: () => new Date(0) } as unknown as ToolContext };
}

const PAGED = [
  { what: 'a folder', tool: listDirectory, args: { path: 'many' }, rows: 'files' },
  { what: 'the trash bin', tool: listTrash, args: {}, rows: 'entries' },
] as const;

for (const { what, tool, args: place, rows } of PAGED)
  describe(`listing ${what} page by page`, () => {
    it('goes on where it was when the server lost the listing', async () => {
      const { sent, context } = forgetfulFolder(25);
      const seen: unknown[] = [];
      let cursor: unknown;
      do {
        const next = cursor === undefined ? {} : { cursor };
        const { data } = await tool.run({ ...place, limit: 10, ...next }, context);
        expect(data['total_count']).to.equal(25);
        seen.push(...(data[rows] as { name: string }[]).map(({ name }) => name.split('/').at(-1)));
        cursor = data['next_cursor'];
      } while (cursor !== undefined);
      expect(seen).to.deep.equal(Array.from({ length: 25 }, (_, n) => String(n)));
      // each later page with the newest token first, then without
      expect(sent.map((args) => args['X-NC-Paginate-Token'])).to.deep.equal([
        undefined,
        't1',
        undefined,
        't2',
        undefined,
      ]);
    });
  });
