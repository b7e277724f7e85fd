import { expect } from 'chai';
import { releaseTable } from '../index.ts';
import type { Operation, ReleaseTable } from '../operation.ts';
import { diffTables } from './diff.ts';

const base: Operation = {
  key: 'shelf.op',
  app: 'shelf',
  method: 'POST',
  path: '/x',
  access: 'user',
  envelope: 'ocs',
  parameters: { a: { in: 'body', wire: 'a', schema: { type: 'integer', minimum: 0 } } },
  responses: { 200: { mediaTypes: ['application/json'], schema: { $ref: '#/$defs/shelf.Book' } } },
  errors: [404],
};

function tableWith(operation: Operation | undefined, book: object): ReleaseTable {
  const operations = operation === undefined ? {} : { [operation.key]: operation };
  const tool = { name: 'nc_shelf_do', operation: 'shelf.op' };
  return {
    release: '32',
    apps: {},
    definitions: { 'shelf.Book': { ...book } },
    operations,
    tools: { nc_shelf_do: tool },
  } as never;
}

const book = {
  type: 'object',
  properties: { id: { type: 'integer' }, in: { $ref: '#/$defs/shelf.Book' } },
};

function changes(after: Partial<Operation> | undefined, newBook: object = book): string[] {
  const to = tableWith(after === undefined ? undefined : { ...base, ...after }, newBook);
  return diffTables(tableWith(base, book), to).map(
    ({ severity, kind, message }) => `${severity} ${kind}: ${message}`,
  );
}

const argument = (schema: object, more: object = {}): Partial<Operation> => ({
  parameters: { a: { in: 'body', wire: 'a', schema: { ...schema }, ...more } },
});

describe('diff', () => {
  it('finds nothing between equal tables', () => {
    expect(changes({})).to.deep.equal([]);
  });

  it('names tool and operation of a removal', () => {
    expect(diffTables(tableWith(base, book), tableWith(undefined, book))).to.deep.equal([
      {
        severity: 'breaking',
        kind: 'removed',
        operation: 'shelf.op',
        tool: 'nc_shelf_do',
        message: 'POST /x is gone',
      },
    ]);
  });

  it('calls narrower input breaking and wider input information', () => {
    expect(changes(argument({ type: 'integer', minimum: 1 }))).to.deep.equal([
      'breaking narrowed: argument a: minimum 0 → 1',
    ]);
    expect(changes(argument({ type: 'string', minimum: 0 }))).to.deep.equal([
      'breaking narrowed: argument a: type integer → string',
    ]);
    expect(changes(argument({ type: 'integer', minimum: 0 }, { required: true }))).to.deep.equal([
      'breaking narrowed: argument a is now required',
    ]);
    expect(changes(argument({ type: 'integer', minimum: 0, enum: [1] }))).to.deep.equal([
      'breaking narrowed: argument a: only 1 now',
    ]);
    expect(changes({ parameters: {} })).to.deep.equal(['breaking narrowed: argument a is gone']);
    expect(changes(argument({ type: ['integer', 'null'], minimum: 0 }))).to.deep.equal([
      'info changed: argument a: type integer → integer|null',
    ]);
    expect(changes(argument({ type: 'number' }))[0]).to.match(/^info/);
  });

  it('warns of changed answers, through references and cycles', () => {
    expect(changes({}, { ...book, properties: { in: book.properties.in } })).to.deep.equal([
      'warning changed: answer 200.id: gone',
    ]);
    expect(changes({}, { ...book, properties: { ...book.properties, more: {} } })).to.deep.equal([
      'info changed: answer 200.more: new',
    ]);
  });

  it('warns of access and confirmation', () => {
    expect(changes({ access: 'admin', passwordConfirmation: 'strict' })).to.deep.equal([
      'warning changed: access user → admin',
      'warning changed: password confirmation none → strict',
    ]);
  });

  it('agrees with what is known of 32 → 34', () => {
    const ours = ['notes', 'deck', 'webdav', 'caldav', 'carddav'];
    const found = diffTables(releaseTable('32'), releaseTable('34')).filter(
      ({ operation }) => !ours.includes(operation.split('.')[0] ?? ''),
    );
    const of = (kind: string): string[] =>
      found.filter((change) => change.kind === kind).map(({ operation }) => operation);
    expect(of('added')).to.have.length(48);
    expect(of('removed')).to.deep.equal(['core.whats_new-dismiss', 'core.whats_new-get']);
    expect(of('narrowed')).to.include.members([
      'notifications.settings-admin',
      'provisioning_api.apps-get-apps',
      'end_to_end_encryption.locking-lock-folder',
    ]);
  });
});
