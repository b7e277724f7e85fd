import { expect } from 'chai';
import { fromCell, toCell } from './cell-value.ts';
import type { Column } from './column.ts';

function column(type: string, subtype = '', labels: readonly string[] = []): Column {
  const selectionOptions = labels.map((label, index) => ({ id: index + 1, label }));
  return { id: 7, title: 'Cell', type, subtype, selectionOptions } as unknown as Column;
}

describe('cell values', () => {
  const state = column('selection', '', ['Open', 'done', '2']);

  it('translates option labels into ids, exact label before id before other case', () => {
    expect(toCell('done', state)).to.equal(2);
    expect(toCell('2', state)).to.equal(3);
    expect(toCell(2, state)).to.equal(2);
    expect(toCell('open', state)).to.equal(1);
    expect(toCell('Open', column('selection', 'multi', ['Open']))).to.deep.equal([1]);
  });

  it('refuses what Tables would store as empty', () => {
    const bad: [unknown, Column, string][] = [
      ['shut', state, 'one of Open, done, 2'],
      ['many', column('number'), 'a number'],
      ['', column('number'), 'a number'],
      [Number.NaN, column('number', 'stars'), 'a number'],
      ['perhaps', column('selection', 'check'), 'true or false'],
      ['1.5.2027', column('datetime'), 'YYYY-MM-DD HH:MM'],
      ['2027-02-30 10:00', column('datetime'), 'YYYY-MM-DD'],
      ['2027-02-01 24:00', column('datetime'), 'YYYY-MM-DD HH:MM'],
      ['2027-02-30', column('datetime', 'date'), 'YYYY-MM-DD'],
      ['9:5', column('datetime', 'time'), 'HH:MM'],
      ['javascript:alert(1)', column('text', 'link'), 'http(s) address'],
      [{ id: 'bob', type: 'robot' }, column('usergroup'), 'user, group or team'],
      [{ deep: true }, column('text', 'line'), 'text'],
    ];
    for (const [value, target, wanted] of bad) {
      expect(() => toCell(value, target), JSON.stringify(value)).to.throw(wanted);
    }
  });

  it('drops seconds and zone of a time, which Tables keeps as on the wall', () => {
    expect(toCell('2027-05-01T18:30:59+02:00', column('datetime'))).to.equal('2027-05-01 18:30');
    expect(toCell('2027-05-01 18:30', column('datetime'))).to.equal('2027-05-01 18:30');
  });

  it('writes links and members in the form Tables takes', () => {
    expect(toCell({ title: 'Home', url: 'https://example.org' }, column('text', 'link'))).to.equal(
      'Home (https://example.org)',
    );
    expect(toCell('http://example.org/a', column('text', 'link'))).to.equal(
      'http://example.org/a (http://example.org/a)',
    );
    expect(toCell(['bob', { id: 'team', type: 'group' }], column('usergroup'))).to.deep.equal([
      { id: 'bob', type: 0 },
      { id: 'team', type: 1 },
    ]);
  });

  it('empties with null', () => {
    expect(toCell(null, state)).to.equal(null);
    expect(toCell(null, column('usergroup'))).to.deep.equal([]);
  });

  it('reads what Tables stores', () => {
    expect(fromCell('2', state)).to.equal('done');
    expect(fromCell(9, state)).to.equal(9);
    expect(fromCell([2, 1], column('selection', 'multi', ['a', 'b']))).to.deep.equal(['b', 'a']);
    expect(fromCell('false', column('selection', 'check'))).to.equal(false);
    expect(
      fromCell('{"title":"T","value":"https://x.test"}', column('text', 'link')),
    ).to.deep.equal({
      title: 'T',
      url: 'https://x.test',
    });
    expect(fromCell('not JSON', column('text', 'link'))).to.equal('not JSON');
    expect(fromCell(0, column('number'))).to.equal(0);
    expect(fromCell('', column('text', 'line'))).to.equal(undefined);
  });
});
