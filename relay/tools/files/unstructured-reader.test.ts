import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import { UnreadableDocument } from '../../documents/document.ts';
import type { ToolContext } from '../tool.ts';
import { unstructuredReader } from './unstructured-reader.ts';

const WISH = { first: 1, count: 10, maxText: 1000 };
const FILE = { name: 'a b.doc', mediaType: 'application/msword', bytes: Buffer.from('bytes') };

describe('reading documents through a service', () => {
  let server: Server;
  let received = '';
  let answer = { status: 200, body: '[]' };
  const context = {
    signal: new AbortController().signal,
    progress: () => Promise.resolve(),
  } as unknown as ToolContext;

  before((done) => {
    server = createServer((request, response) => {
      const parts: Buffer[] = [];
      request.on('data', (part: Buffer) => parts.push(part));
      request.on('end', () => {
        received = `${String(request.method)} ${String(request.url)}\n${Buffer.concat(parts).toString()}`;
        response.writeHead(answer.status, { 'Content-Type': 'application/json' }).end(answer.body);
      });
    }).listen(0, '127.0.0.1', done);
  });
  after((done) => {
    server.close(done);
  });

  const reader = () => {
    const { port } = server.address() as AddressInfo;
    return unstructuredReader({
      url: `http://127.0.0.1:${String(port)}/`,
      strategy: 'hi_res',
      languages: ['eng', 'deu'],
      timeoutMs: 5000,
      progressMs: 1000,
    });
  };

  it('sends the file with its settings and puts the elements of the wanted pages together', async () => {
    const element = (type: string, text: string, page_number: number) => ({
      type,
      text,
      metadata: { page_number },
    });
    answer = {
      status: 200,
      body: JSON.stringify([
        element('Title', 'Jam', 1),
        element('ListItem', 'boil', 1),
        element('NarrativeText', 'It ends.', 2),
      ]),
    };
    const read = await reader().read(FILE, { ...WISH, count: 1 }, context);
    expect(read).to.include({ text: '## Jam\n\n- boil', section: 'page', last: 1, total: 2 });
    expect(received).to.match(/^POST \/general\/v0\/general\n/);
    expect(received).to.match(
      /name="files"; filename="a b\.doc"\r\nContent-Type: application\/msword/,
    );
    expect(received).to.match(/name="strategy"\r\n\r\nhi_res/);
    expect(received).to.match(/name="languages"\r\n\r\neng[^]*name="languages"\r\n\r\ndeu/);
  });

  it('tells a refusal without passing on what the service says', async () => {
    answer = { status: 500, body: 'secret trace' };
    const error: unknown = await reader()
      .read(FILE, WISH, context)
      .catch((thrown: unknown) => thrown);
    expect(error).to.be.instanceOf(UnreadableDocument);
    expect((error as Error).message).to.equal('The document service refused it (500).');
  });

  for (const [what, body, message] of [
    ['something else', '<html>Not JSON</html>', 'The document service answered something else.'],
    ['no list', '{}', 'The document service answered something else.'],
    ['too much', `"${'x'.repeat(32 * 1024 * 1024)}"`, 'The document service answered too much.'],
  ] as const)
    it(`tells an answer that is ${what}`, async () => {
      answer = { status: 200, body };
      const error: unknown = await reader()
        .read(FILE, WISH, context)
        .catch((thrown: unknown) => thrown);
      expect(error).to.be.instanceOf(UnreadableDocument);
      expect((error as Error).message).to.equal(message);
    });

  it('reads older Office files, but no pictures', () => {
    expect(reader().reads('application/vnd.ms-excel', 'a.xls')).to.equal(true);
    expect(reader().reads('image/png', 'a.png')).to.equal(false);
  });
});
