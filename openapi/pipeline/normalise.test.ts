import { expect } from 'chai';
import { asObject, operationsOf, readObject } from './document.ts';
import type { FoundOperation, JsonObject } from './document.ts';
import { documentOf, oneOperation } from './fixtures/workspace.ts';
import { normalise } from './normalise.ts';
import type { NormaliseInput } from './normalise.ts';

const fixture = (name: string): JsonObject =>
  readObject(new URL(`./fixtures/${name}`, import.meta.url).pathname);

function normalised(document: JsonObject, more: Partial<NormaliseInput> = {}): JsonObject {
  return normalise({ app: 'shelf', version: '1', file: 'shelf.json', document, ...more }).document;
}

function only(document: JsonObject): FoundOperation {
  const [found] = operationsOf(document);
  if (found === undefined) throw new Error('no operation');
  return found;
}

const envelope = (data: unknown): unknown => ({
  type: 'object',
  properties: { ocs: { type: 'object', properties: { meta: {}, data } } },
});

const answering = (path: string, schema: unknown): JsonObject =>
  documentOf({
    [path]: {
      get: {
        operationId: 'op',
        responses: { 200: { content: { 'application/json': { schema } } } },
      },
    },
  });

describe('normalise', () => {
  it('keeps the facts of a 3.0 document and none of its prose', () => {
    const result = normalised(fixture('shelf-3.0.yaml'));
    const { path, operation } = only(result);
    expect(path).to.equal('/index.php/apps/shelf/api/{apiVersion}/books/{path}');
    expect(JSON.stringify(result)).not.to.match(/Prose|summary|example/);
    expect(operation).to.include({ 'x-access': 'public', 'x-password-confirmation': 'session' });
    expect(operation['parameters']).to.deep.equal([
      { name: 'apiVersion', in: 'path', required: true, schema: { const: 'v1' } },
      { name: 'path', in: 'path', required: true, 'x-slashes': true, schema: { type: 'string' } },
      { name: 'tags[]', in: 'query', schema: { type: 'array', items: { type: 'string' } } },
      { name: 'limit', in: 'query', schema: { type: ['integer', 'null'], default: null } },
    ]);
    expect(asObject(operation['responses'])['404']).to.deep.equal({ description: '' });
  });

  it('keeps circular schemas as references', () => {
    const schemas = asObject(
      asObject(normalised(fixture('shelf-3.0.yaml'))['components'])['schemas'],
    );
    expect(schemas['Book']).to.deep.equal({
      type: 'object',
      required: ['title'],
      properties: {
        title: { type: 'string' },
        extra: {},
        children: { type: 'array', items: { $ref: '#/components/schemas/Book' } },
        author: { anyOf: [{ $ref: '#/components/schemas/Author' }, { type: 'null' }] },
      },
    });
  });

  it('reads 3.1 and takes the OCS envelope off', () => {
    const { operation } = only(normalised(fixture('shelf-3.1.json')));
    expect(operation['x-envelope']).to.equal('ocs');
    const answer = asObject(asObject(operation['responses'])['200']);
    expect(answer['content']).to.deep.equal({
      'application/json': { schema: { type: 'integer' } },
    });
  });

  it('reads the query method and additional operations of 3.2', () => {
    const found = operationsOf(normalised(fixture('shelf-3.2.yaml')));
    expect(found.map(({ method }) => method)).to.deep.equal(['query', 'COPY']);
  });

  it('refuses other versions', () => {
    expect(() => normalised({ swagger: '2.0' })).to.throw(
      'shelf.json: openapi (missing) is not 3.0, 3.1 or 3.2',
    );
  });

  it('is stable: normalising a normalised document changes nothing', () => {
    const once = normalised(fixture('shelf-3.0.yaml'));
    expect(normalised(structuredClone(once))).to.deep.equal(once);
  });

  it('tells the envelope from the schema, not from the path', () => {
    const of = (document: JsonObject): unknown =>
      only(normalised(document)).operation['x-envelope'];
    expect(of(answering('/ocs/v2.php/apps/shelf/x', envelope({})))).to.equal('ocs');
    expect(of(answering('/index.php/apps/shelf/x', envelope({})))).to.equal('ocs1');
    expect(of(answering('/ocs/v2.php/apps/shelf/x', { type: 'string' }))).to.equal(undefined);
  });

  it('takes access, confirmation and uploads from the PHP attributes', () => {
    const attributes = { PasswordConfirmationRequired: '(strict: true)', _upload: 1 };
    const printed = oneOperation({
      requestBody: {
        content: {
          'application/json': {
            schema: { type: 'object', properties: { note: { type: 'string' } } },
          },
        },
      },
    });
    const { operation } = only(normalised(printed, { access: { 'shelf:post /x': attributes } }));
    expect(operation).to.include({ 'x-access': 'admin', 'x-password-confirmation': 'strict' });
    expect(operation['requestBody']).to.deep.equal({
      required: true,
      content: {
        'multipart/form-data': {
          schema: {
            type: 'object',
            required: ['file'],
            properties: {
              note: { type: 'string' },
              file: { type: 'string', contentMediaType: 'application/octet-stream' },
            },
          },
        },
      },
    });
  });

  it('takes access from the variant when no attributes are known', () => {
    const variants = new Map([['post /x', 'ex_app']]);
    expect(only(normalised(oneOperation({}), { variants })).operation).to.include({
      'x-access': 'ex-app',
      'x-variant': 'ex_app',
    });
  });

  it('names file and operation of a dangling reference', () => {
    const schema = { $ref: '#/components/schemas/Gone' };
    const document = oneOperation({
      responses: { 200: { content: { 'application/json': { schema } } } },
    });
    expect(() => normalised(document)).to.throw(
      'shelf.json: POST /x: $ref #/components/schemas/Gone points to nothing',
    );
    const remote = oneOperation({
      parameters: [{ name: 'a', in: 'query', schema: { $ref: 'other.json#/A' } }],
    });
    expect(() => normalised(remote)).to.throw(
      'shelf.json: POST /x: $ref other.json#/A is not a local component',
    );
  });

  it('refuses duplicate operation ids by name', () => {
    const operation = { operationId: 'same', responses: {} };
    const document = documentOf({ '/a': { get: operation }, '/b': { get: operation } });
    expect(() => normalised(document)).to.throw('GET /b: operationId same is used by GET /a too');
  });

  it('refuses parameters it cannot carry, by name', () => {
    const of = (parameter: object) => () =>
      normalised(
        oneOperation({
          parameters: [
            { name: 'p', in: 'query', schema: { type: 'array', items: {} }, ...parameter },
          ],
        }),
      );
    expect(of({ style: 'pipeDelimited' })).to.throw(
      'parameter p: style pipeDelimited is not supported',
    );
    expect(of({ explode: false })).to.throw('parameter p: comma-separated lists');
    expect(of({ in: 'cookie' })).to.throw('parameter p in cookie is not supported');
    expect(of({ in: 'header', name: 'Cookie' })).to.throw('parameter Cookie in header is not');
    expect(of({ content: {} })).to.throw('parameter p has content instead of schema');
    expect(of({ schema: { type: 'object', properties: { a: {} } } })).to.throw(
      'parameter p: an object in the query needs style: deepObject',
    );
    expect(of({ name: undefined })).to.throw('parameter  without a name');
  });

  it('leaves the headers that OpenAPI reserves to the request', () => {
    const parameters = ['Accept', 'content-type', 'Authorization', 'OCS-APIRequest', 'X-Mine'].map(
      (name) => ({ name, in: 'header', schema: { type: 'string' } }),
    );
    const { operation } = only(normalised(oneOperation({ parameters })));
    expect(operation['parameters']).to.deep.equal([parameters.at(-1)]);
  });

  it('follows the reference of a path item, and names one that leads nowhere', () => {
    const document = {
      ...documentOf({ '/a': { $ref: '#/components/pathItems/A' } }),
      components: { pathItems: { A: { get: { operationId: 'a', responses: {} } } } },
    };
    expect(only(normalised(document))).to.deep.include({ path: '/a', method: 'get' });
    for (const $ref of ['#/components/pathItems/Gone', 'other.yaml#/A']) {
      expect(() => normalised(documentOf({ '/a': { $ref } }))).to.throw(
        `shelf.json: /a: $ref ${$ref} points to nothing in this document`,
      );
    }
  });

  it('puts paths below the server that holds for them, variables filled in', () => {
    const get = { operationId: 'op', responses: {} };
    const below = (path: string): unknown => [{ url: path }];
    const path = (item: object, servers: unknown): string =>
      only(normalised({ ...documentOf({ '/x': item }), servers })).path;
    const variables = { host: { default: 'cloud.example' }, app: { default: 'shelf' } };
    const url = 'https://{host}/index.php/apps/{app}/';
    expect(path({ get }, [{ url, variables }])).to.equal('/index.php/apps/shelf/x');
    expect(path({ get, servers: below('/item') }, below('/all'))).to.equal('/item/x');
    const own = { ...get, servers: below('/own') };
    expect(path({ get: own, servers: below('/item') }, below('/all'))).to.equal('/own/x');
  });

  it('refuses two spellings of one route rather than dropping one', () => {
    const of = (operationId: string): object => ({ get: { operationId, responses: {} } });
    const document = documentOf({ '/apps/s/a': of('a'), '/index.php/apps/s/a': of('b') });
    expect(() => normalised(document)).to.throw(
      'GET /index.php/apps/s/a: is the same route as GET /apps/s/a',
    );
  });

  it('keeps an additional method in whatever case it is written', () => {
    const additionalOperations = { propfind: { operationId: 'op', responses: {} } };
    const document = { ...documentOf({ '/x': { additionalOperations } }), openapi: '3.2.0' };
    expect(only(normalised(document))).to.include({ method: 'propfind' });
  });

  it('understands versions that YAML read as numbers', () => {
    expect(operationsOf(normalised({ ...oneOperation({}), openapi: 3.1 }))).to.have.length(1);
    expect(() => normalised({ ...oneOperation({}), openapi: 2 })).to.throw('openapi 2 is not 3.0');
  });

  it('names a reference whose percent-encoding is broken', () => {
    const schema = { $ref: '#/components/schemas/%zz' };
    const parameters = [{ name: 'a', in: 'query', schema }];
    expect(() => normalised(oneOperation({ parameters }))).to.throw(
      'POST /x: $ref #/components/schemas/%zz points to nothing',
    );
    expect(() => normalised(oneOperation({ parameters: [{ $ref: '#/components/%zz' }] }))).to.throw(
      'POST /x: $ref #/components/%zz points to nothing',
    );
  });

  it('tells which references it took out because they never end', () => {
    const document = documentOf({}, { A: { allOf: [{ $ref: '#/components/schemas/A' }] } });
    const { endless } = normalise({ app: 'shelf', version: '1', file: 'f', document });
    expect(endless).to.deep.equal(['A → A']);
  });
});
