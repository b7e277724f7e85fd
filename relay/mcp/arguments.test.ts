import { expect } from 'chai';
import type { JsonSchema } from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';
import { checkArguments } from './arguments.ts';

const SCHEMA: JsonSchema = {
  type: 'object',
  properties: {
    note_id: { type: 'integer', description: 'Id of the note' },
    title: { type: 'string' },
    favorite: { type: 'boolean' },
    etag: { type: ['string', 'null'] },
    filter: { $ref: '#/$defs/x.Filter' },
    tags: { type: 'array', items: { type: 'integer' } },
    kind: { type: 'string', enum: ['a', 'b'] },
  },
  required: ['note_id', 'title'],
  additionalProperties: false,
  $defs: {
    'x.Filter': {
      type: 'object',
      properties: { limit: { type: 'integer' } },
      additionalProperties: false,
    },
  },
};

const given = (extra: Record<string, unknown>): Record<string, unknown> => ({
  note_id: 1,
  title: 't',
  ...extra,
});
const check = (args: unknown): unknown => checkArguments('nc_x', SCHEMA, args);

function refusal(args: unknown): string {
  try {
    check(args);
  } catch (thrown) {
    if (thrown instanceof RelayError && thrown.code === 'invalid_argument') return thrown.message;
    throw thrown;
  }
  throw new Error('was accepted');
}

describe('checkArguments', () => {
  it('names every missing argument at once, with its type and meaning', () => {
    expect(refusal({})).to.contain('Missing: note_id (integer, Id of the note); title (string).');
  });

  it('refuses unknown arguments by name, and says which was meant', () => {
    expect(refusal(given({ titel: 'x' }))).to.contain(
      'Unknown argument "titel". Did you mean title?',
    );
  });

  it('names all kinds of problems together', () => {
    const text = refusal({ noteid: 1, title: true });
    expect(text).to.contain('Did you mean note_id?').and.to.contain('Missing: note_id');
    expect(text).to.contain('title: the value type "boolean" is invalid. Expected "string".');
  });

  it('refuses wrong types and values', () => {
    expect(refusal(given({ note_id: 'abc' }))).to.contain('note_id');
    expect(refusal(given({ note_id: 1.5 }))).to.contain('note_id');
    expect(refusal(given({ kind: 'c' }))).to.contain('kind');
    expect(refusal(given({ tags: [1, 'x'] }))).to.contain('tags.1');
    expect(refusal(given({ filter: { lmit: 1 } }))).to.contain('filter');
    expect(refusal('text')).to.contain('must be a JSON object');
    expect(refusal([])).to.contain('must be a JSON object');
  });

  it('reads numbers, booleans, objects and arrays that come as text', () => {
    expect(
      check({
        note_id: '12',
        title: 't',
        favorite: 'true',
        tags: '["1", 2]',
        filter: '{"limit":"5"}',
      }),
    ).to.eql({
      note_id: 12,
      title: 't',
      favorite: true,
      tags: [1, 2],
      filter: { limit: 5 },
    });
  });

  it('never touches a text where a text is allowed', () => {
    expect(check(given({ title: '[1,2]', etag: 'null' }))).to.eql(
      given({ title: '[1,2]', etag: 'null' }),
    );
  });

  it('takes a whole number where an id is text', () => {
    expect(check({ note_id: 1, title: 42 })).to.include({ title: '42' });
    expect(refusal({ note_id: 1, title: 4.5 })).to.include('title');
    expect(refusal({ note_id: 1, title: 2 ** 60 })).to.include('title');
  });

  it('does not turn an id that is too long into another one', () => {
    expect(refusal(given({ note_id: '9007199254740993' }))).to.contain('note_id');
  });

  it('takes null as not given, where null is no value', () => {
    expect(check(given({ favorite: null, etag: null }))).to.eql(given({ etag: null }));
    expect(refusal({ note_id: null, title: 't' })).to.contain('Missing: note_id');
  });

  it('does not take names of Object.prototype for known ones', () => {
    expect(refusal(given({ constructor: 1 }))).to.contain('Unknown argument "constructor"');
  });
});
