import { expect } from 'chai';
import type { JsonObject } from './document.ts';
import { applyOverlay, parseOverlay } from './overlay.ts';

function apply(actions: unknown[], ...documents: JsonObject[]): string[] {
  const overlay = parseOverlay({ overlay: '1.0.0', info: {}, actions }, 'tools/shelf.yaml');
  return applyOverlay(overlay, documents).map(({ message }) => message);
}

describe('overlay', () => {
  it('merges objects, appends to lists, replaces the rest', () => {
    const document = { a: { list: [1], keep: true, type: 'string' } };
    expect(
      apply([{ target: '$.a', update: { list: [2], type: ['string', 'null'] } }], document),
    ).to.deep.equal([]);
    expect(document).to.deep.equal({ a: { list: [1, 2], keep: true, type: ['string', 'null'] } });
  });

  it('appends to a list that is the target', () => {
    const document = { list: ['a'] };
    apply([{ target: '$.list', update: 'b' }], document);
    expect(document.list).to.deep.equal(['a', 'b']);
  });

  it('finds operations by id and removes all matches, lists included', () => {
    const document = { paths: { '/x': { get: { operationId: 'one', tags: ['a', 'b', 'a'] } } } };
    apply([{ target: "$.paths.*[?@.operationId=='one'].tags[?@=='a']", remove: true }], document);
    expect(document.paths['/x'].get.tags).to.deep.equal(['b']);
  });

  it('reports a target that matches in no release, and accepts one that matches in one', () => {
    const action = { target: '$.new', update: { x: 1 } };
    expect(apply([action], { old: {} }, { new: {} })).to.deep.equal([]);
    expect(apply([action], { old: {} }, { old: {} })).to.deep.equal([
      'tools/shelf.yaml: $.new: matches nothing in any release',
    ]);
  });

  it('does not share the update between documents', () => {
    const [a, b] = [{ x: {} as JsonObject }, { x: {} as JsonObject }];
    apply(
      [
        { target: '$.x', update: { list: [] } },
        { target: '$.x.list', update: 1 },
      ],
      a,
      b,
    );
    expect([a, b]).to.deep.equal([{ x: { list: [1] } }, { x: { list: [1] } }]);
  });

  it('refuses what Overlay 1.0 does not know', () => {
    expect(() => parseOverlay({ overlay: '2.0.0', actions: [] }, 'f')).to.throw(
      'f: overlay: 1.0.0 is expected',
    );
    expect(() => apply([{ target: '$[', remove: true }], {})).to.throw('$[: not a JSONPath');
    expect(() => apply([{ target: '$.a' }], {})).to.throw('neither update nor remove');
    expect(() => apply([{ target: '$.a', updat: {} }], {})).to.throw('unknown key updat');
    expect(apply([{ target: '$.a', update: {} }], { a: 1 })).to.deep.equal([
      'tools/shelf.yaml: $.a: update needs an object (or list) on both sides',
    ]);
  });
});
