import { expect } from 'chai';
import type { RecordedRequest } from '../recording.ts';
import { requestKey } from './requests.ts';

const xml = (text: string): RecordedRequest => ({
  method: 'PROPFIND',
  path: '/remote.php/dav/files/alice/',
  headers: { 'content-type': 'application/xml; charset=utf-8', depth: '1' },
  body: { text },
});
const put = (
  body: RecordedRequest['body'],
  headers: Record<string, string> = {},
): RecordedRequest => ({
  method: 'PUT',
  path: '/a%20b',
  headers: { 'content-type': 'application/json', ...headers },
  ...(body === undefined ? {} : { body }),
});

async function same(a: RecordedRequest, b: RecordedRequest): Promise<boolean> {
  return (await requestKey(a)) === (await requestKey(b));
}

describe('request matching', () => {
  it('compares XML by namespaces, not prefixes or white space', async () => {
    const plain = xml('<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/></d:prop></d:propfind>');
    const other = xml(
      '<?xml version="1.0"?>\n<propfind xmlns="DAV:">\n <prop><getetag/></prop>\n</propfind>',
    );
    const foreign = xml('<d:propfind xmlns:d="urn:x"><d:prop><d:getetag/></d:prop></d:propfind>');
    const more = xml(
      '<d:propfind xmlns:d="DAV:"><d:prop><d:getetag/><d:acl/></d:prop></d:propfind>',
    );
    expect(await same(plain, other)).to.equal(true);
    expect(await same(plain, foreign)).to.equal(false);
    expect(await same(plain, more)).to.equal(false);
  });

  it('compares JSON by structure and tells types apart', async () => {
    expect(await same(put({ json: { a: 1, b: [2] } }), put({ json: { b: [2], a: 1 } }))).to.equal(
      true,
    );
    expect(await same(put({ json: { a: 1 } }), put({ json: { a: '1' } }))).to.equal(false);
    expect(await same(put({ json: [1, 2] }), put({ json: [2, 1] }))).to.equal(false);
  });

  it('ignores the multipart boundary but not a part', async () => {
    const multipart = (boundary: string, content: string): RecordedRequest =>
      put(
        {
          text: `--${boundary}\r\nContent-Disposition: form-data; name="file"\r\n\r\n${content}\r\n--${boundary}--`,
        },
        { 'content-type': `multipart/form-data; boundary=${boundary}` },
      );
    expect(await same(multipart('aaa', 'x'), multipart('bbb', 'x'))).to.equal(true);
    expect(await same(multipart('aaa', 'x'), multipart('aaa', 'y'))).to.equal(false);
  });

  it('unfolds calendar data before comparing', async () => {
    const ics = (text: string): RecordedRequest =>
      put({ text }, { 'content-type': 'text/calendar' });
    expect(await same(ics('SUMMARY:Long\r\n  line'), ics('SUMMARY:Long line'))).to.equal(true);
    expect(await same(ics('SUMMARY:a'), ics('SUMMARY:b'))).to.equal(false);
  });

  it('compares the headers that change what the server does', async () => {
    expect(await same(put(undefined), put(undefined, { 'if-match': '"1"' }))).to.equal(false);
  });

  it('reads equal encodings of a path as equal, different paths as different', async () => {
    const base = put(undefined);
    expect(await same({ ...base, path: "/it's" }, { ...base, path: '/it%27s' })).to.equal(true);
    expect(await same({ ...base, path: '/a%2Fb' }, { ...base, path: '/a/b' })).to.equal(false);
  });

  it('does not mind the order of the query', async () => {
    const query = (...pairs: [string, string][]): RecordedRequest => ({
      ...put(undefined),
      query: pairs,
    });
    expect(await same(query(['a', '1'], ['b', '2']), query(['b', '2'], ['a', '1']))).to.equal(true);
    expect(await same(query(['a', '1']), query(['a', '2']))).to.equal(false);
  });
});
