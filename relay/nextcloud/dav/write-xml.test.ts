import { expect } from 'chai';
import fc from 'fast-check';
import { childNamed, parseXml } from './parse-xml.ts';
import { writeXml } from './write-xml.ts';
import type { XmlSchema } from './xml-schema.ts';

const DAV = 'DAV:';
const CAL = 'urn:ietf:params:xml:ns:caldav';

const query: XmlSchema = {
  type: 'object',
  required: ['prop', 'filter'],
  xml: { name: 'calendar-query', namespace: CAL },
  properties: {
    prop: { 'x-dav-select': [{ name: 'getetag', namespace: DAV }], xml: { namespace: DAV } },
    filter: {
      type: 'object',
      required: ['inner'],
      xml: { namespace: CAL },
      properties: {
        inner: {
          type: 'object',
          xml: { name: 'comp-filter', namespace: CAL },
          properties: {
            component: {
              type: 'string',
              default: 'VEVENT',
              xml: { name: 'name', nodeType: 'attribute' },
            },
            range: {
              type: 'object',
              xml: { name: 'time-range', namespace: CAL },
              properties: {
                start: { type: 'string', format: 'ical-utc', xml: { nodeType: 'attribute' } },
              },
            },
            text: { type: 'string', xml: { name: 'text-match', namespace: CAL } },
          },
        },
      },
    },
  },
};

const body = (xml: string): string => xml.replace('<?xml version="1.0" encoding="utf-8"?>', '');

describe('writing DAV request bodies', () => {
  it('asks for the properties of the row schema and fills attributes', () => {
    expect(body(writeXml(query, { start: '2026-11-01T01:00:00+01:00' }))).to.equal(
      '<n0:calendar-query xmlns:n1="DAV:" xmlns:n0="urn:ietf:params:xml:ns:caldav">'
        .replace(
          'xmlns:n1="DAV:" xmlns:n0="urn:ietf:params:xml:ns:caldav"',
          'xmlns:n0="DAV:" xmlns:n1="urn:ietf:params:xml:ns:caldav"',
        )
        .replace('<n0:', '<n1:') +
        '<n0:prop><n0:getetag/></n0:prop><n1:filter><n1:comp-filter name="VEVENT">' +
        '<n1:time-range start="20261101T000000Z"/></n1:comp-filter></n1:filter></n1:calendar-query>',
    );
  });

  it('leaves out a branch without arguments, unless it is required', () => {
    const xml = writeXml(query, {});
    expect(xml).to.include('<n1:comp-filter name="VEVENT"/>').and.not.include('time-range');
  });

  it('writes lists, with and without an element around them', () => {
    const schema: XmlSchema = {
      xml: { name: 'r', namespace: DAV },
      properties: {
        ids: { type: 'array', items: { type: 'integer', xml: { name: 'id', namespace: DAV } } },
        comps: {
          type: 'array',
          xml: { name: 'set', nodeType: 'element', namespace: DAV },
          items: {
            type: 'object',
            'x-dav': 'value',
            xml: { name: 'comp', namespace: DAV },
            properties: { name: { type: 'string', xml: { nodeType: 'attribute' } } },
          },
        },
      },
    };
    expect(body(writeXml(schema, { ids: [1, 2], comps: ['VEVENT', 'VTODO'] }))).to.equal(
      '<n0:r xmlns:n0="DAV:"><n0:id>1</n0:id><n0:id>2</n0:id>' +
        '<n0:set><n0:comp name="VEVENT"/><n0:comp name="VTODO"/></n0:set></n0:r>',
    );
  });

  it('takes the objects inside the items of a list from the item', () => {
    const schema: XmlSchema = {
      xml: { name: 'filter', namespace: DAV },
      properties: {
        conditions: {
          type: 'array',
          items: {
            type: 'object',
            xml: { name: 'prop-filter', namespace: DAV },
            properties: {
              name: { type: 'string', xml: { nodeType: 'attribute' } },
              match: {
                type: 'object',
                xml: { name: 'text-match', namespace: DAV },
                properties: {
                  how: { type: 'string', default: 'contains', xml: { nodeType: 'attribute' } },
                  text: { type: 'string', xml: { nodeType: 'text' } },
                },
              },
            },
          },
        },
      },
    };
    const conditions = [{ name: 'FN', match: { text: 'a' } }, { name: 'N' }];
    expect(body(writeXml(schema, { conditions }))).to.equal(
      '<n0:filter xmlns:n0="DAV:"><n0:prop-filter name="FN"><n0:text-match how="contains">a</n0:text-match>' +
        '</n0:prop-filter><n0:prop-filter name="N"/></n0:filter>',
    );
  });

  it('refuses what XML cannot carry', () => {
    expect(() => writeXml(query, { text: 'a\u0000b' })).to.throw('control character');
    expect(() => writeXml(query, { start: 'yesterday' })).to.throw('Not a date');
  });

  it('never lets a value become markup (10,000 values)', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'grapheme' }), async (text) => {
        let xml: string;
        try {
          xml = writeXml(query, { text });
        } catch {
          return; // refused: nothing was sent
        }
        const root = await parseXml(xml);
        const filter = childNamed(root, { name: 'filter', namespace: CAL });
        const inner = filter && childNamed(filter, { name: 'comp-filter', namespace: CAL });
        const match = inner && childNamed(inner, { name: 'text-match', namespace: CAL });
        expect(inner?.children.length ?? 0).to.be.at.most(1);
        // white space alone reads as empty
        expect(match?.text ?? '').to.equal(text.trim() === '' ? '' : text);
        expect(match?.children ?? []).to.deep.equal([]);
      }),
      { numRuns: 10_000 },
    );
  });
});
