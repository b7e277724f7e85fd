import { expect } from 'chai';
import fc from 'fast-check';
import { RelayError } from '../../errors.ts';
import { parseXml } from './parse-xml.ts';
import { readMultistatus } from './read-xml.ts';
import type { XmlSchema } from './xml-schema.ts';

const OC = 'http://owncloud.org/ns';
const NC = 'http://nextcloud.org/ns';
const row: XmlSchema = {
  type: 'object',
  properties: {
    href: { type: 'string', 'x-dav': 'href' },
    kind: { type: 'array', 'x-dav': 'names', xml: { name: 'resourcetype', namespace: 'DAV:' } },
    modified: {
      type: 'string',
      format: 'http-date',
      xml: { name: 'getlastmodified', namespace: 'DAV:' },
    },
    fileId: { type: 'integer', xml: { name: 'fileid', namespace: OC } },
    favorite: { type: 'boolean', xml: { namespace: OC } },
    writable: { type: 'boolean', 'x-dav': 'present', xml: { name: 'read-write', namespace: OC } },
    attributes: {
      contentMediaType: 'application/json',
      xml: { name: 'share-attributes', namespace: NC },
    },
    tags: {
      type: 'array',
      xml: { name: 'system-tags', nodeType: 'element', namespace: NC },
      items: {
        type: 'object',
        xml: { name: 'system-tag', namespace: NC },
        properties: {
          id: { type: 'integer', xml: { nodeType: 'attribute', namespace: OC } },
          name: { type: 'string', xml: { nodeType: 'text' } },
        },
      },
    },
    note: { type: 'string', xml: { namespace: NC } },
  },
};

const multistatus = (inner: string): string =>
  `<?xml version="1.0"?><d:multistatus xmlns:d="DAV:" xmlns:oc="${OC}" xmlns:x1="${NC}">${inner}</d:multistatus>`;
const response = (props: string, href = '/remote.php/dav/files/al%20ice/a%5bb%5d.txt'): string =>
  `<d:response><d:href>${href}</d:href><d:propstat><d:prop>${props}</d:prop><d:status>HTTP/1.1 200 OK</d:status></d:propstat></d:response>`;
const read = async (xml: string) => readMultistatus(await parseXml(xml), row, '/remote.php/dav');

describe('reading a multistatus', () => {
  it('reads by namespace and schema: decoded names, lists as lists, text as text', async () => {
    const [first] = await read(
      multistatus(
        response(
          '<d:resourcetype><d:collection/></d:resourcetype><oc:fileid>9007199254740993</oc:fileid>' +
            '<oc:favorite>1</oc:favorite><oc:read-write/><x1:note>  007 </x1:note>' +
            '<d:getlastmodified>Mon, 23 Nov 2026 05:00:00 GMT</d:getlastmodified>' +
            '<x1:share-attributes>[{"key":"download","value":false}]</x1:share-attributes>' +
            '<x1:system-tags><x1:system-tag oc:id="4">one &lt;1&gt;</x1:system-tag></x1:system-tags>',
        ),
      ),
    );
    expect(first).to.deep.equal({
      href: '/files/al ice/a[b].txt',
      kind: ['collection'],
      modified: '2026-11-23T05:00:00Z',
      fileId: '9007199254740993',
      favorite: true,
      writable: true,
      attributes: [{ key: 'download', value: false }],
      tags: [{ id: 4, name: 'one <1>' }],
      note: '  007 ',
    });
  });

  it('tells the two Nextcloud namespaces apart', async () => {
    const [first] = await read(
      multistatus(response('<c:note xmlns:c="http://nextcloud.com/ns">foreign</c:note>')),
    );
    expect(first).to.not.have.property('note');
  });

  it('keeps only 2xx properties and says which others were refused', async () => {
    const [first] = await read(
      multistatus(
        `<d:response><d:href>/remote.php/dav/files/a/b</d:href>
         <d:propstat><d:prop><oc:fileid/></d:prop><d:status>HTTP/1.1 404 Not Found</d:status></d:propstat>
         <d:propstat><d:prop><oc:favorite/></d:prop><d:status>HTTP/1.1 403 Forbidden</d:status></d:propstat></d:response>`,
      ),
    );
    expect(first).to.deep.equal({ href: '/files/a/b', $errors: { favorite: 403 } });
  });

  it('gives the status of a row that has no properties', async () => {
    const rows = await read(
      multistatus(
        '<d:response><d:href>/remote.php/dav/x</d:href><d:status>HTTP/1.1 404 Not Found</d:status></d:response>',
      ),
    );
    expect(rows).to.deep.equal([{ href: '/x', $status: 404 }]);
  });

  for (const [what, xml] of [
    [
      'an entity bomb',
      '<!DOCTYPE x [<!ENTITY a "aaa"><!ENTITY b "&a;&a;">]><d:multistatus xmlns:d="DAV:">&b;</d:multistatus>',
    ],
    [
      'an external entity',
      '<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><d:multistatus xmlns:d="DAV:">&a;</d:multistatus>',
    ],
    ['a page of HTML', '<!doctype html><html><body>Login</body></html>'],
    ['an empty body', ''],
    ['another root', '<d:error xmlns:d="DAV:"/>'],
    ['an endless start tag', `<d:multistatus xmlns:d="DAV:" ${'a'.repeat(70_000)}="1"/>`],
  ] as const) {
    it(`refuses ${what}`, async () => {
      const failure = await read(xml).then(
        () => undefined,
        (error: unknown) => error,
      );
      expect(failure).to.be.instanceOf(RelayError);
    });
  }

  it('neither crashes nor invents properties on any markup (10,000 documents)', async () => {
    const piece = fc.constantFrom(
      '<d:response>',
      '</d:response>',
      '<d:href>/remote.php/dav/%ff%2e%2e/</d:href>',
      '<d:propstat>',
      '</d:propstat>',
      '<d:prop>',
      '</d:prop>',
      '<oc:fileid>x</oc:fileid>',
      '<constructor/>',
      '<__proto__>1</__proto__>',
      '<_/>',
      '&amp;',
      '&x;',
      ']]>',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fc.oneof(piece, fc.string())), async (pieces) => {
        try {
          const rows = await read(multistatus(pieces.join('')));
          const allowed = [...Object.keys(row.properties ?? {}), '$status', '$errors'];
          for (const one of rows) expect(allowed).to.include.members(Object.keys(one));
        } catch (error) {
          expect(error).to.be.instanceOf(RelayError);
        }
      }),
      { numRuns: 10_000 },
    );
  });
});
