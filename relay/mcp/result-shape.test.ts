import { expect } from 'chai';
import { shapeItem } from './result-shape.ts';

const context = { publicUrl: 'https://cloud.example.org', args: { board_id: 7 } };

describe('shapeItem', () => {
  it('picks, omits at any depth, drops nulls and keeps empty things', () => {
    const item = {
      id: 1,
      title: '',
      gone: null,
      inner: { secret: 1, kept: [null, { secret: 2, x: 0 }] },
      more: 1,
    };
    expect(
      shapeItem(item, { pick: ['id', 'title', 'gone', 'inner'], omit: ['secret'] }, context),
    ).to.eql({
      id: 1,
      title: '',
      inner: { kept: [{ x: 0 }] },
    });
  });

  it('shows Unix seconds as ISO 8601 at any depth, and leaves out 0, which means never', () => {
    const item = { modified: 1731000000, deletedAt: 0, cards: [{ modified: '1731000001' }] };
    expect(shapeItem(item, { times: ['modified', 'deletedAt'] }, context)).to.eql({
      modified: '2024-11-07T17:20:00Z',
      cards: [{ modified: '2024-11-07T17:20:01Z' }],
    });
  });

  it('links to the page from the item, even from what is not shown, and from the arguments', () => {
    const shape = { pick: ['title'], url: '/apps/deck/board/{board_id}/card/{id}' };
    expect(shapeItem({ id: 'a/b', title: 't' }, shape, context)).to.eql({
      title: 't',
      url: 'https://cloud.example.org/apps/deck/board/7/card/a%2Fb',
    });
  });

  it('gives no link when a part of it is missing, and does not replace a url of the item', () => {
    expect(shapeItem({ title: 't' }, { url: '/x/{id}' }, context)).to.eql({ title: 't' });
    expect(
      shapeItem({ id: 1, url: 'https://recipes.example' }, { url: '/x/{id}' }, context),
    ).to.eql({
      id: 1,
      url: 'https://recipes.example',
      web_url: 'https://cloud.example.org/x/1',
    });
  });
});
