import { expect } from 'chai';
import { RelayError } from '../../errors.ts';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';
import type { ToolContext } from '../tool.ts';
import { columnView, findColumn, keyOf } from './column.ts';
import type { Column } from './column.ts';
import { defaultFields, numbered, refuseForeign } from './column-settings.ts';
import { createView } from './create-view.ts';
import { nodeOf } from './node.ts';
import { rowData, rowView } from './row.ts';
import type { Row } from './row.ts';
import { updateShare } from './shares.ts';
import { viewChange } from './view-settings.ts';

function column(
  id: number,
  title: string,
  type = 'text',
  subtype = 'line',
  more: object = {},
): Column {
  return { id, title, type, subtype, selectionOptions: [], ...more } as unknown as Column;
}

const options = [
  { id: 1, label: 'open' },
  { id: 2, label: 'done' },
];
const columns = [
  column(11, 'Name'),
  column(12, 'State', 'selection', '', { selectionOptions: options }),
  column(13, 'Paid', 'selection', 'check'),
  column(14, 'Twin'),
  column(15, 'Twin'),
];

type Answer = (key: string, args: Record<string, unknown>) => unknown;

/** A Nextcloud that notes what it is asked and answers from a function. */
function server(answer: Answer): {
  context: ToolContext;
  sent: [string, Record<string, unknown>][];
} {
  const sent: [string, Record<string, unknown>][] = [];
  const execute = async (key: string, args: Record<string, unknown>): Promise<unknown> => {
    sent.push([key, args]);
    return await Promise.resolve({ status: 200, headers: {}, data: answer(key, args) });
  };
  const nextcloud = { publicUrl: '', execute, executeByKey: execute } as unknown as Nextcloud;
  const signal = new AbortController().signal;
  const progress = (): Promise<void> => Promise.resolve();
  return {
    sent,
    context: { nextcloud, signal, progress, now: () => new Date(0) } as unknown as ToolContext,
  };
}

describe('tables', () => {
  it('finds a column by id, title, other case, and tells twins apart', () => {
    expect(findColumn('12', columns).title).to.equal('State');
    expect(findColumn('Name', columns).id).to.equal(11);
    expect(findColumn('nAME', columns).id).to.equal(11);
    expect(keyOf(columns[4] as Column, columns)).to.equal('Twin (#15)');
    expect(findColumn('Twin (#15)', columns).id).to.equal(15);
    expect(() => findColumn('Twin', columns)).to.throw("no column 'Twin'");
  });

  it('refuses rows that name a column twice or nothing at all', () => {
    expect(rowData({ Name: 'Ann', '12': 'done' }, columns)).to.deep.equal({ 11: 'Ann', 12: 2 });
    expect(() => rowData({ Name: 'Ann', '11': 'Bea' }, columns)).to.throw('given twice');
    expect(() => rowData({}, columns)).to.throw('No values');
  });

  it('shows a row by title without empty cells or columns out of sight', () => {
    const row = {
      id: 5,
      tableId: 3,
      createdBy: null,
      createdAt: null,
      lastEditBy: 'alice',
      lastEditAt: '2026-11-23 05:06:07',
      data: [
        { columnId: 11, value: 'Ann' },
        { columnId: 12, value: null },
        { columnId: 99, value: 'hidden' },
      ],
    } as Row;
    expect(rowView(row, columns)).to.deep.equal({
      id: 5,
      table_id: 3,
      values: { Name: 'Ann' },
      last_edit_by: 'alice',
      last_edit_at: '2026-11-23T05:06:07Z',
    });
  });

  it('wants a table or a view, not both', () => {
    expect(nodeOf({ table_id: 1, view_id: null })).to.deep.equal({ type: 'table', id: 1 });
    expect(() => nodeOf({ table_id: 1, view_id: 2 })).to.throw('either');
    expect(() => nodeOf({})).to.throw('either');
  });

  it('keeps the ids of options that stay and gives new ones the next', () => {
    expect(numbered(['done', 'new', 'open', 'newer'], options)).to.deep.equal([
      { id: 2, label: 'done' },
      { id: 3, label: 'new' },
      { id: 1, label: 'open' },
      { id: 4, label: 'newer' },
    ]);
    expect(() => numbered(['a', 'a'], [])).to.throw('same label');
  });

  it('refuses settings a column type would ignore', () => {
    expect(() => {
      refuseForeign({ options: ['a'], min: 1 }, 'number');
    }).to.throw('no options');
    expect(() => {
      refuseForeign({ min: 1, default: 3, mandatory: true }, 'number');
    }).not.to.throw();
  });

  it('puts a default into the field of its type', () => {
    const multi = column(1, 'M', 'selection', 'multi', { selectionOptions: options });
    expect(defaultFields(['done'], multi)).to.deep.equal({ selectionDefault: '[2]' });
    expect(defaultFields('open', columns[1] as Column)).to.deep.equal({ selectionDefault: '1' });
    expect(defaultFields(true, columns[2] as Column)).to.deep.equal({ selectionDefault: 'true' });
    expect(defaultFields('today', column(1, 'D', 'datetime', 'date'))).to.deep.equal({
      datetimeDefault: 'today',
    });
    expect(() => defaultFields('2027-01-01', column(1, 'D', 'datetime', 'date'))).to.throw(
      "'today'",
    );
    expect(columnView({ ...multi, selectionDefault: '["2"]' }).default).to.deep.equal(['done']);
  });

  it('turns titles and labels of a view into ids and placeholders', () => {
    const change = viewChange(
      {
        columns: ['State', 'Name'],
        sort: [{ column: 'created at', mode: 'DESC' }],
        filter: [
          [
            { column: 'State', operator: 'is-equal', value: 'done' },
            { column: 'Paid', operator: 'is-equal', value: false },
            { column: 'Name', operator: 'is-equal', value: '@my-name' },
          ],
        ],
      },
      columns,
    );
    expect(change.columnSettings).to.deep.equal([
      { columnId: 12, order: 0 },
      { columnId: 11, order: 1 },
    ]);
    expect(change.sort).to.deep.equal([{ columnId: -4, mode: 'DESC' }]);
    expect(change.filter?.[0]?.map(({ value }) => value)).to.deep.equal([
      '@selection-id-2',
      '@unchecked',
      '@my-name',
    ]);
  });

  it('takes a view back that could not be filled', async () => {
    const { context, sent } = server((key) => {
      if (key === 'tables.api_columns-index') return columns;
      if (key === 'tables.api1-create-view') return { id: 44 };
      if (key === 'tables.api1-update-view') throw new RelayError('upstream_error', 'broken');
      return {};
    });
    const failed = await createView
      .run({ table_id: 3, title: 'V' }, context)
      .catch((error: unknown) => error);
    expect(failed).to.have.property('message', 'broken');
    expect(sent.at(-1)).to.deep.equal(['tables.api1-delete-view', { viewId: 44 }]);
  });

  it('asks for nothing when a share has the permissions already, and says when one stays', async () => {
    const share = {
      id: 1,
      permissionRead: true,
      permissionCreate: false,
      permissionUpdate: false,
      permissionDelete: false,
      permissionManage: false,
    };
    const { context, sent } = server(() => share);
    await updateShare.run({ share_id: 1, permissions: ['read'] }, context);
    expect(sent.map(([key]) => key)).to.deep.equal(['tables.api1-get-share']);
    const failed = await updateShare
      .run({ share_id: 1, permissions: ['read', 'manage'] }, context)
      .catch((error: unknown) => error);
    expect(failed).to.have.property('message').that.contains('manage');
  });
});
