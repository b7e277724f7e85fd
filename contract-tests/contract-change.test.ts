import { expect } from 'chai';
import { releaseTable } from '../openapi/index.ts';
import { answerShapes } from './answer-shape.ts';
import { contractChanges } from './contract-change.ts';
import type { Exchange } from './recording.ts';

function exchange(path: string, status: number, json: unknown): Exchange {
  return {
    caller: 'some_tool',
    request: { method: 'GET', path, headers: {} },
    response: { status, headers: {}, body: { json } },
  };
}

const shapeOf = answerShapes(releaseTable('32'));
const of = (app: string) => ({ app, shapeOf });
const NONE = { changed: [], unasked: [] };

describe('what verify calls a changed contract', () => {
  it('is not another id or another value', () => {
    const before = [exchange('/notes/12', 200, { id: 12, tags: [{ name: 'a' }] })];
    const after = [exchange('/notes/99', 200, { id: 99, tags: [{ name: 'b' }, { name: 'c' }] })];
    expect(contractChanges(of('notes'), before, after)).to.deep.equal(NONE);
  });

  it('is not another id among the names of a map', () => {
    const row = (id: number): Exchange[] => [
      exchange('/rows', 200, {
        data: { [String(id)]: 1 },
        byAlias: { [`column_${String(id)}`]: 1 },
      }),
    ];
    expect(contractChanges(of('tables'), row(57), row(3))).to.deep.equal(NONE);
    const { changed } = contractChanges(of('tables'), row(57), [
      exchange('/rows', 200, { data: {} }),
    ]);
    expect(changed).to.deep.equal([
      'some_tool: GET /rows: answer lost .data.{n}',
      'some_tool: GET /rows: answer lost .byAlias',
      'some_tool: GET /rows: answer lost .byAlias.column_{n}',
    ]);
  });

  it('is not another name in what a document calls a map', () => {
    const widgets = (names: readonly string[], widget: object): Exchange[] => [
      exchange('/ocs/v2.php/apps/dashboard/api/v1/widgets', 200, {
        ocs: { data: Object.fromEntries(names.map((name) => [name, widget])) },
      }),
    ];
    const before = widgets(['spreed', 'notes'], { id: 'x', title: 'y' });
    const after = widgets(['calendar'], { id: 'x', title: 'y' });
    expect(contractChanges(of('dashboard'), before, after)).to.deep.equal(NONE);
    const { changed } = contractChanges(
      of('dashboard'),
      before,
      widgets(['calendar'], { id: 'x' }),
    );
    expect(changed).to.deep.equal([
      'some_tool: GET /ocs/v2.php/apps/dashboard/api/v1/widgets: answer lost .ocs.data.{key}.title',
    ]);
  });

  it('is another status', () => {
    const { changed } = contractChanges(
      of('notes'),
      [exchange('/x', 200, {})],
      [exchange('/x', 404, {})],
    );
    expect(changed).to.deep.equal(['some_tool: GET /x: status 200 became 404']);
  });

  it('is a property that went away, also inside a list', () => {
    const before = [exchange('/x', 200, { data: [{ id: 1, title: 'a' }] })];
    const after = [exchange('/x', 200, { data: [{ id: 1, added: true }] })];
    expect(contractChanges(of('notes'), before, after).changed).to.deep.equal([
      'some_tool: GET /x: answer lost .data[].title',
    ]);
  });

  it('is what the app itself no longer announces, not what others do', () => {
    const path = '/ocs/v2.php/cloud/capabilities';
    const announced = (capabilities: object): Exchange[] => [
      exchange(path, 200, { ocs: { data: { capabilities } } }),
    ];
    const before = announced({ notes: { api: 1, etag: true }, spreed: { features: { a: 1 } } });
    expect(
      contractChanges(of('notes'), before, announced({ notes: { api: 2 } })).changed,
    ).to.deep.equal([`some_tool: GET ${path}: answer lost .ocs.data.capabilities.notes.etag`]);
  });

  it('is not a request that was made fewer times, or not at all: it is told beside', () => {
    const looks = [exchange('/x', 404, {}), exchange('/x', 200, {}), exchange('/x', 200, {})];
    const fewer = [exchange('/x', 200, {}), exchange('/x', 404, {})];
    const told = ['some_tool: GET /x: not asked this time'];
    expect(contractChanges(of('notes'), looks, fewer)).to.deep.equal({
      changed: [],
      unasked: told,
    });
    const never = contractChanges(of('notes'), [exchange('/x', 200, {})], []);
    expect(never).to.deep.equal({ changed: [], unasked: told });
  });

  it('is not the second in which something was deleted', () => {
    const trashed = (second: number) => exchange(`/trash/a.txt.d${String(second)}`, 207, {});
    expect(contractChanges(of('files'), [trashed(1)], [trashed(2)])).to.deep.equal(NONE);
  });
});
