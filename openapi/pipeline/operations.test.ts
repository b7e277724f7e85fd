import { expect } from 'chai';
import type { Operation } from '../operation.ts';
import type { JsonObject } from './document.ts';
import { documentOf, oneOperation } from './fixtures/workspace.ts';
import { buildOperations, reachableDefinitions } from './operations.ts';

function build(document: JsonObject): Operation {
  const [built] = buildOperations('shelf', 'documents/32/shelf.json', document);
  if (built === undefined) throw new Error('no operation');
  return built.operation;
}

function body(mediaType: string, schema: unknown, required = true): JsonObject {
  return oneOperation({ requestBody: { required, content: { [mediaType]: { schema } } } });
}

describe('operations', () => {
  it('gives path and body arguments of one name their own names', () => {
    const operation = build(
      documentOf({
        '/x/{id}': {
          put: {
            operationId: 'op',
            parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'integer' } }],
            requestBody: {
              content: {
                'application/json': {
                  schema: { type: 'object', properties: { id: { type: 'string' } } },
                },
              },
            },
            responses: {},
          },
        },
      }),
    );
    expect(operation.parameters).to.deep.equal({
      id: { in: 'path', wire: 'id', required: true, schema: { type: 'integer' } },
      id_body: { in: 'body', wire: 'id', schema: { type: 'string' } },
    });
  });

  it('takes constants out of the arguments', () => {
    const parameters = [{ name: 'v', in: 'path', required: true, schema: { const: 'v1' } }];
    const operation = build(
      documentOf({ '/{v}/x': { get: { operationId: 'op', parameters, responses: {} } } }),
    );
    expect(operation.constants).to.deep.equal({ v: 'v1' });
    expect(operation.parameters).to.deep.equal({});
  });

  it('keeps the wire name of query lists and the style of query objects', () => {
    const { parameters } = build(
      oneOperation({
        parameters: [
          { name: 'types[]', in: 'query', schema: { type: 'array', items: { type: 'integer' } } },
          {
            name: 'filter',
            in: 'query',
            style: 'deepObject',
            explode: true,
            schema: { type: 'object', properties: {} },
          },
        ],
      }),
    );
    expect(parameters['types']).to.include({ in: 'query', wire: 'types[]' });
    expect(parameters['filter']).to.include({ in: 'query', wire: 'filter', style: 'deepObject' });
  });

  it('maps multipart parts to files and fields, in either spelling of binary', () => {
    const operation = build(
      body('multipart/form-data', {
        type: 'object',
        required: ['a'],
        properties: {
          a: { type: 'string', format: 'binary' },
          b: { type: 'string', contentMediaType: 'image/png' },
          'many[]': { type: 'array', items: { type: 'string', format: 'binary' } },
          note: { type: 'string' },
          words: { type: 'array', items: { type: 'string' } },
        },
      }),
    );
    expect(operation.body).to.equal('multipart');
    const places = Object.entries(operation.parameters).map(([name, { in: place }]) => [
      name,
      place,
    ]);
    expect(Object.fromEntries(places)).to.deep.equal({
      a: 'file',
      b: 'file',
      many: 'file',
      note: 'body',
      words: 'body',
    });
    expect(operation.parameters['a']).to.include({ required: true });
  });

  it('maps form, binary and free-form bodies', () => {
    const object = { type: 'object', properties: { a: { type: 'string' } } };
    expect(build(body('application/x-www-form-urlencoded', object))).to.include({ body: 'form' });
    const bytes = build(body('image/png', { type: 'string', format: 'binary' }));
    expect(bytes.body).to.equal('binary');
    expect(bytes.parameters['body']).to.deep.include({ in: 'whole-body', required: true });
    const list = build(body('application/json', { type: 'array', items: { type: 'string' } }));
    expect(list.parameters['body']).to.deep.include({ in: 'whole-body', required: true });
    const open = build(body('application/json', { ...object, additionalProperties: true }));
    expect(Object.keys(open.parameters)).to.deep.equal(['body']);
  });

  it('refuses by name what it cannot map', () => {
    expect(() => build(body('multipart/form-data', { type: 'string' }))).to.throw(
      'POST /x: the multipart/form-data body is not a plain object',
    );
    expect(() =>
      build(documentOf({ '/{id}': { get: { operationId: 'op', responses: {} } } })),
    ).to.throw('GET /{id}: path parameter id is not declared');
    expect(() => build(oneOperation({ 'x-access': 'root' }))).to.throw(
      'POST /x: x-access root is not one of',
    );
    expect(() => build(documentOf({ '/x': { get: {} } }))).to.throw(
      'GET /x: operationId is missing',
    );
  });

  it('needs nothing of an optional body', () => {
    const schema = { type: 'object', required: ['a'], properties: { a: { type: 'string' } } };
    expect(build(body('application/json', schema, false)).parameters['a']).not.to.have.property(
      'required',
    );
  });

  it('collects answers, refusals and reachable definitions, circular ones too', () => {
    const schemas = {
      Node: { type: 'object', properties: { next: { $ref: '#/components/schemas/Leaf' } } },
      Leaf: { type: 'array', items: { $ref: '#/components/schemas/Node' } },
      Unused: { type: 'string' },
    };
    const schema = { $ref: '#/components/schemas/Node' };
    const document = oneOperation(
      {
        responses: {
          200: { content: { 'application/json': { schema } } },
          204: {},
          304: {},
          404: {},
          303: {},
        },
      },
      schemas,
    );
    const operation = build(document);
    expect(Object.keys(operation.responses)).to.deep.equal(['200', '204', '304']);
    expect(operation.responses['200']?.schema).to.deep.equal({ $ref: '#/$defs/shelf.Node' });
    expect(operation.errors).to.deep.equal([303, 404]);
    const definitions = reachableDefinitions('shelf', 'f', document, [operation]);
    expect(Object.keys(definitions)).to.deep.equal(['shelf.Leaf', 'shelf.Node']);
    expect(definitions['shelf.Leaf']).to.deep.equal({
      type: 'array',
      items: { $ref: '#/$defs/shelf.Node' },
    });
  });
});
