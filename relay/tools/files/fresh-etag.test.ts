import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import type { ToolContext } from '../tool.ts';
import { writeFile } from './write-file.ts';

/** A file on local storage whose clock stands still: its ETag is made of the time of change and the size. */
function stillStorage() {
  let file: { text: string; modified: number } | undefined;
  const sent: string[] = [];
  const etag = (): string => `"${String(file?.modified)}-${String(file?.text.length)}"`;
  const answers: Record<string, (args: Record<string, unknown>) => unknown> = {
    'webdav.write-file'(args) {
      if (args['If-Match'] !== undefined && args['If-Match'] !== etag()) {
        throw new RelayError('conflict', 'changed', { status: 412 });
      }
      const { bytes } = args['body'] as { bytes: Uint8Array };
      const status = file === undefined ? 201 : 204;
      file = { text: Buffer.from(bytes).toString(), modified: 1_000_000 };
      return { status, headers: { 'oc-etag': etag() } };
    },
    'webdav.set-file-properties'(args) {
      if (file !== undefined) file.modified = Number(args['modified']);
      return { status: 207, data: [] };
    },
    'webdav.list-files': () => ({
      status: 207,
      data: [{ etag: etag(), modified: new Date((file?.modified ?? 0) * 1000).toISOString() }],
    }),
  };
  const nextcloud = {
    baseUrl: 'https://still.example.org',
    publicUrl: 'https://still.example.org',
    userId: () => Promise.resolve('alice'),
    execute(key: string, args: Record<string, unknown>) {
      sent.push(key);
      return Promise.try(() => answers[key]?.(args));
    },
  };
  return { sent, context: { nextcloud } as unknown as ToolContext, text: () => file?.text };
}

describe('ETags after quick writes', () => {
  it('differ although second and size are the same, so that an outdated one is noticed', async () => {
    const { context, text, sent } = stillStorage();
    const write = async (content: string, condition: object): Promise<unknown> => {
      const args = { path: 'a.txt', content, ...condition };
      return (await writeFile.run(args, context)).data['etag'];
    };
    const first = await write('one', { overwrite: true });
    const second = await write('two', { if_match: first });
    const third = await write('six', { if_match: second });
    const fourth = await write('ten', { overwrite: true });
    expect(new Set([first, second, third, fourth]).size).to.equal(4);
    for (const stale of [first, second, third]) {
      const error: unknown = await write('bad', { if_match: stale }).catch(
        (thrown: unknown) => thrown,
      );
      expect(error).to.be.instanceOf(RelayError).and.have.property('code', 'conflict');
    }
    expect(text()).to.equal('ten');
    expect(sent.slice(0, 2)).to.deep.equal(['webdav.write-file', 'webdav.write-file']);
  });

  it('cost no request where they differ anyway', async () => {
    const { context, sent } = stillStorage();
    await writeFile.run({ path: 'b.txt', content: 'one', overwrite: true }, context);
    await writeFile.run({ path: 'b.txt', content: 'three', overwrite: true }, context);
    expect(sent).to.deep.equal(['webdav.write-file', 'webdav.write-file']);
  });
});
