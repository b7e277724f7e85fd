import { gzipSync } from 'node:zlib';
import type { ServerResponse } from 'node:http';
import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import { connectNextcloud } from '../../nextcloud/connect.ts';
import { ocs, startLocalServer } from '../../nextcloud/local-server.fixture.ts';
import type { LocalServer } from '../../nextcloud/local-server.fixture.ts';
import type { DefinedTool, ToolContext } from '../tool.ts';
import { readFileTool } from './read-file.ts';
import { findByName, searchFiles } from './search-tools.ts';
import { finishUpload, startUpload, uploadPart } from './upload.ts';
import { writeFile } from './write-file.ts';

const TEXT = 'All of this text belongs to the file. '.repeat(100);

const MULTISTATUS = (rows = '') =>
  `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:oc="http://owncloud.org/ns">${rows}</d:multistatus>`;
const ROW = MULTISTATUS(
  '<d:response><d:href>/remote.php/dav/files/alice/a.txt</d:href><d:propstat><d:prop><d:getetag>"e1"</d:getetag>' +
    `<d:getcontentlength>${String(TEXT.length)}</d:getcontentlength><d:getcontenttype>text/plain</d:getcontenttype>` +
    '</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>',
);

const ROOT = MULTISTATUS(
  '<d:response><d:href>/remote.php/dav/files/alice/</d:href><d:propstat><d:prop><d:resourcetype><d:collection/>' +
    '</d:resourcetype><d:quota-available-bytes>1000</d:quota-available-bytes>' +
    '</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>',
);

const NAMED: Readonly<Record<string, string>> = {
  '&lt;': '<',
  '&gt;': '>',
  '&amp;': '&',
  '&quot;': '"',
  '&apos;': "'",
};
const unescaped = (text: string): string =>
  text.replace(/&\w+;/g, (entity) => NAMED[entity] ?? entity);

describe('file tools on the wire', () => {
  let server: LocalServer;
  let context: ToolContext;
  /** Whether a file lies at the path that is written. */
  let there = false;
  let etags = 1;
  let body: (response: ServerResponse) => void;

  before(async () => {
    server = await startLocalServer(({ method, url, headers }, response) => {
      const xml = (status: number, text: string) =>
        response.writeHead(status, { 'Content-Type': 'application/xml' }).end(text);
      if (url.includes('/cloud/user')) ocs(response, { id: 'alice' });
      else if (method === 'GET') body(response);
      else if (method === 'PROPFIND' && url.endsWith('/alice/')) xml(207, ROOT);
      else if (method === 'PROPFIND') xml(207, ROW);
      else if (method === 'SEARCH') xml(207, MULTISTATUS());
      else {
        const barred = headers['if-none-match'] === '*' || headers['overwrite'] === 'F';
        etags += 1;
        // the length tells states of one second apart
        const etag = { 'OC-ETag': `"${'e'.repeat(etags)}"`, 'OC-FileId': '7' };
        response.writeHead(there && barred ? 412 : there ? 204 : 201, etag).end();
      }
    });
    const nextcloud = connectNextcloud({
      baseUrl: server.url,
      release: '32',
      credential: { kind: 'basic', authorization: 'Basic YQ==', cacheKey: 'alice' },
      pauses: { sleep: () => Promise.resolve(), random: () => 0, now: () => 0 },
    });
    context = {
      nextcloud,
      signal: new AbortController().signal,
      progress: () => Promise.resolve(),
      now: () => new Date(0),
      newId: () => 'id',
    };
  });
  after(() => server.close());
  beforeEach(() => {
    server.arrived.length = 0;
    there = false;
  });

  const sent = (method: string) => server.arrived.filter((one) => one.method === method);
  const refused = async (tool: DefinedTool, args: object): Promise<RelayError> => {
    const error = await tool.run({ ...args }, context).then(
      (answer) => answer,
      (thrown: unknown) => thrown,
    );
    if (!(error instanceof RelayError)) throw new Error(`not refused: ${JSON.stringify(error)}`);
    return error;
  };

  it('SEARCH: a pattern and a folder are never markup', async () => {
    const pattern = `%</d:literal><d:evil a="1"/>&'"%`;
    await findByName.run({ pattern, scope: 'R&D <1>' }, context);
    const xml = sent('SEARCH')[0]?.body.toString() ?? '';
    const literals = [...xml.matchAll(/<(?:\w+:)?(?:literal|href)>([^<]*)</g)].map(
      ([, text = '']) => unescaped(text),
    );
    expect(literals).to.include.members([pattern, '/files/alice/R&D <1>']);
    expect(xml).not.to.contain('evil a="1"/>');
  });

  it('SEARCH: without a filter it still has a condition, which everything meets', async () => {
    await searchFiles.run({}, context);
    const [, where = ''] =
      /<(?:\w+:)?where>(.*)<\/(?:\w+:)?where>/s.exec(sent('SEARCH')[0]?.body.toString() ?? '') ??
      [];
    expect(where).to.match(/<(?:\w+:)?gte>.*size.*<(?:\w+:)?literal>0</s);
    expect(where).not.to.match(/<(?:\w+:)?like>/);
  });

  it('writing: the first write creates, and never replaces what is there already', async () => {
    const write = { path: 'a.txt', content: 'x' };
    await writeFile.run(write, context);
    expect(sent('PUT')[0]?.headers).to.include({ 'if-none-match': '*' });
    there = true;
    expect(await refused(writeFile, write)).to.include({ code: 'already_exists' });
    await writeFile.run({ ...write, overwrite: true }, context);
    expect(sent('PUT').at(-1)?.headers).not.to.have.any.keys('if-none-match', 'if-match');
    await writeFile.run({ ...write, if_match: 'e1' }, context);
    expect(sent('PUT').at(-1)?.headers).to.include({ 'if-match': '"e1"' });
  });

  it('writing in parts: joining them creates, and never replaces what is there already', async () => {
    const finish = { upload_id: '12345678-aaaa', path: 'a.txt' };
    await finishUpload.run(finish, context);
    expect(sent('MOVE')[0]?.headers).to.include({ overwrite: 'F' });
    there = true;
    expect(await refused(finishUpload, finish)).to.include({ code: 'already_exists' });
    await finishUpload.run({ ...finish, overwrite: true }, context);
    expect(sent('MOVE').at(-1)?.headers).to.include({ overwrite: 'T' });
  });

  it('writing in parts: the destination is told at the end only, so that parts of any size will do', async () => {
    const start = { path: 'a.txt', size: 1000, overwrite: true };
    const { data } = await startUpload.run(start, context);
    await uploadPart.run({ upload_id: '12345678-aaaa', part: 1, content: 'eA==' }, context);
    await finishUpload.run({ upload_id: '12345678-aaaa', ...start }, context);
    expect(data).to.include({ upload_id: 'id', path: 'a.txt' });
    for (const method of ['MKCOL', 'PUT'])
      expect(sent(method)[0]?.headers, method).not.to.have.property('destination');
    expect(sent('MOVE')[0]?.headers['destination']).to.match(/\/files\/alice\/a\.txt$/);
  });

  it('writing: text that is none, and times Nextcloud takes for mistakes, are refused before anything is sent', async () => {
    const broken = { path: 'a.txt', content: 'half a pair: \ud83d' };
    expect((await refused(writeFile, broken)).message).to.include('not valid Unicode');
    const early = { upload_id: '12345678-aaaa', path: 'a.txt', modified: '1970-01-01T12:00:00Z' };
    const error: unknown = await finishUpload
      .run(early, context)
      .catch((thrown: unknown) => thrown);
    expect(String(error)).to.include('later than 1970-01-02');
    expect(server.arrived.filter(({ url }) => url.includes('/dav/'))).to.deep.equal([]);
  });

  it('writing in parts: what will not fit is refused before anything is sent', async () => {
    const start = { path: 'a.txt', size: 1001, overwrite: true };
    const error = await refused(startUpload, start);
    expect(error).to.include({ code: 'quota_exceeded', status: 507, retryable: false });
    expect(error.message).to.include('1001 bytes, 1000 are free');
    expect(sent('MKCOL')).to.deep.equal([]);
  });

  const half = TEXT.slice(0, TEXT.length / 2);
  const cutShort: Readonly<Record<string, (response: ServerResponse) => void>> = {
    'before the length it was announced with'(response) {
      response.writeHead(200, { 'Content-Type': 'text/plain', 'Content-Length': TEXT.length });
      response.write(half, () => response.socket?.end());
    },
    'without its last chunk'(response) {
      response.writeHead(200, { 'Content-Type': 'text/plain' });
      response.write(half, () => response.socket?.end());
    },
    'within what was packed'(response) {
      const packed = gzipSync(TEXT);
      const headers = { 'Content-Type': 'text/plain', 'Content-Encoding': 'gzip' };
      response.writeHead(200, headers).end(packed.subarray(0, packed.length - 12));
    },
  };
  for (const [how, answer] of Object.entries(cutShort)) {
    it(`reading: a download that ends ${how} is an error, not a shorter file`, async () => {
      body = answer;
      const error = await refused(readFileTool([]), { path: 'a.txt' });
      expect(error.code).to.be.oneOf(['unreachable', 'upstream_error']);
    });
  }

  it('reading: of a file that comes in parts each says where to go on, and the last that it is', async () => {
    const tool = readFileTool([]);
    const seen: unknown[] = [];
    let offset = 0;
    for (let more = true; more;) {
      body = (response) => {
        const [, from = 0, to = 0] =
          /bytes=(\d+)-(\d+)/.exec(sent('GET').at(-1)?.headers.range ?? '') ?? [];
        const part = TEXT.slice(Number(from), Number(to) + 1);
        response.writeHead(206, { 'Content-Type': 'text/plain' }).end(part);
      };
      const { data } = await tool.run({ path: 'a.txt', offset, max_bytes: 1500 }, context);
      seen.push(data['content']);
      more = data['truncated'] === true;
      offset = Number(data['next_offset'] ?? 0);
    }
    expect(seen.join('')).to.equal(TEXT);
    expect(seen).to.have.length(3);
  });
});
