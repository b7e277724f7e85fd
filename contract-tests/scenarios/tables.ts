import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Actor, Answer } from '../scenario.ts';

async function newTable(alice: Actor, title: string): Promise<number> {
  const table = await alice.call('nc_tables_create_table', {
    title,
    description: 'Made by a contract test',
  });
  return table.id;
}

async function addColumns(alice: Actor, table_id: number): Promise<Record<string, Answer>> {
  const wanted = [
    { title: 'Guest', type: 'text-line', mandatory: true, max_length: 40 },
    { title: 'State', type: 'selection', options: ['invited', 'coming'], default: 'invited' },
    { title: 'Wishes', type: 'selection-multi', options: ['vegetarian', 'quiet seat'] },
    { title: 'Paid', type: 'selection-check' },
    { title: 'Arrives', type: 'datetime' },
    { title: 'Birthday', type: 'datetime-date' },
    { title: 'Seats', type: 'number', min: 1, max: 9, decimals: 0, suffix: 'seats' },
    { title: 'Page', type: 'text-link' },
    { title: 'Host', type: 'usergroup', members: ['users'], multiple: true },
  ];
  const columns: Record<string, Answer> = {};
  for (const column of wanted) {
    columns[column.title] = await alice.call('nc_tables_create_column', { table_id, ...column });
  }
  return columns;
}

scenario('tables: columns, rows and their values', { app: 'tables' }, async (alice) => {
  const table_id = await newTable(alice, 'Contract guests');
  const columns = await addColumns(alice, table_id);
  expect(columns.State).to.deep.include({ type: 'selection', options: ['invited', 'coming'] });
  expect(columns.State?.default).to.equal('invited');

  const schema = await alice.call('nc_tables_get_schema', { table_id });
  expect(schema.columns).to.have.length(9);
  expect(schema).to.include({ title: 'Contract guests', rows: 0 });

  const values = {
    Guest: 'Ada',
    State: 'coming',
    Wishes: ['vegetarian', 'quiet seat'],
    Paid: true,
    Arrives: '2027-05-01 18:30',
    Birthday: '1990-12-10',
    Seats: 2,
    Page: { title: 'Her page', url: 'https://example.org/ada' },
    Host: ['bob'],
  };
  const row = await alice.call('nc_tables_insert_row', { table_id, data: values });
  const read = await alice.call('nc_tables_get_row', { row_id: row.id });
  expect(read.values).to.deep.include({ ...values, Host: read.values.Host });
  expect(read.values.Host).to.deep.equal([{ id: 'bob', type: 'user', name: 'Bob Example' }]);
  expect(read.created_at).to.match(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);

  const byId = { [String(columns.Guest?.id)]: 'Grace', [String(columns.Seats?.id)]: '3' };
  const second = await alice.call('nc_tables_insert_row', { table_id, data: byId });
  expect(second.values).to.include({ Guest: 'Grace', Seats: 3 });

  expect(
    await alice.refused('nc_tables_insert_row', { table_id, data: { Gast: 'Eve' } }),
  ).to.contain("no column 'Gast'");
  expect(
    await alice.refused('nc_tables_insert_row', {
      table_id,
      data: { Guest: 'Eve', State: 'maybe' },
    }),
  ).to.contain('one of invited, coming');
  expect(
    await alice.refused('nc_tables_insert_row', { table_id, data: { Guest: 'Eve', Seats: 99 } }),
  ).to.contain('maximum');
  expect(await alice.refused('nc_tables_insert_row', { table_id, data: { Seats: 1 } })).to.contain(
    'Guest',
  );

  const changed = await alice.call('nc_tables_update_row', {
    row_id: row.id,
    data: { State: 'invited', Wishes: null, Paid: false },
  });
  expect(changed.values).to.include({ Guest: 'Ada', State: 'invited', Paid: false, Seats: 2 });

  const first = await alice.call('nc_tables_read_table', { table_id, limit: 1 });
  expect(first.rows[0].values.Guest).to.equal('Ada');
  expect(first).to.include({ count: 1, next_offset: 1 });
  const rest = await alice.call('nc_tables_read_table', {
    table_id,
    limit: 5,
    offset: first.next_offset,
  });
  expect(rest.rows[0].values.Guest).to.equal('Grace');
  expect(rest).not.to.have.property('next_offset');

  await alice.call('nc_tables_update_column', {
    column_id: columns.State?.id,
    title: 'Answer',
    options: ['coming', 'declined', 'invited'],
  });
  const relabelled = await alice.call('nc_tables_get_row', { row_id: row.id });
  expect(relabelled.values.Answer).to.equal('invited');
  const after = await alice.call('nc_tables_get_schema', { table_id });
  expect(after.columns[1]).to.deep.include({ title: 'Answer', default: 'invited' });

  const host = await alice.call('nc_tables_update_column', {
    column_id: columns.Host?.id,
    description: 'Who looks after them',
  });
  expect(host).to.deep.include({
    type: 'usergroup',
    multiple: true,
    description: 'Who looks after them',
  });
  const seats = await alice.call('nc_tables_update_column', {
    column_id: columns.Seats?.id,
    default: 2,
    max: 12,
  });
  expect(seats).to.include({ min: 1, max: 12, default: 2, suffix: 'seats' });

  await alice.call('nc_tables_delete_column', { column_id: columns.Page?.id });
  await alice.call('nc_tables_delete_row', { row_id: row.id });
  expect(await alice.refused('nc_tables_delete_row', { row_id: row.id })).to.contain(
    `no row ${String(row.id)}`,
  );
  expect(await alice.refused('nc_tables_get_row', { row_id: row.id })).to.contain('not_found');

  expect(
    await alice.refused('nc_tables_import_file', { table_id, path: '/No such file.csv' }),
  ).to.be.a('string');
  await alice.call('nc_tables_delete_table', { table_id });
  expect(await alice.refused('nc_tables_get_table', { table_id })).to.contain('not_found');
});

scenario('tables: the life of a table and its views', { app: 'tables' }, async (alice) => {
  const table_id = await newTable(alice, 'Contract stock');
  await alice.call('nc_tables_create_column', { table_id, title: 'Item', type: 'text-line' });
  await alice.call('nc_tables_create_column', {
    table_id,
    title: 'Shelf',
    type: 'selection',
    options: ['top', 'bottom'],
  });
  for (const [Item, Shelf] of [
    ['Salt', 'top'],
    ['Flour', 'bottom'],
    ['Rice', 'bottom'],
  ]) {
    await alice.call('nc_tables_insert_row', { table_id, data: { Item, Shelf } });
  }

  const view = await alice.call('nc_tables_create_view', {
    table_id,
    title: 'Bottom shelf',
    columns: ['Item'],
    sort: [{ column: 'Item', mode: 'DESC' }],
    filter: [[{ column: 'Shelf', operator: 'is-equal', value: 'bottom' }]],
  });
  expect(view.columns).to.deep.equal(['Item']);
  const shown = await alice.call('nc_tables_read_table', { view_id: view.id });
  expect(shown.rows.map(({ values }: Answer) => values.Item)).to.deep.equal(['Rice', 'Flour']);
  expect((await alice.call('nc_tables_get_view', { view_id: view.id })).title).to.equal(
    'Bottom shelf',
  );

  const added = await alice.call('nc_tables_insert_row', {
    view_id: view.id,
    data: { Item: 'Oats' },
  });
  const wider = await alice.call('nc_tables_update_view', {
    view_id: view.id,
    title: 'Shelves',
    columns: ['Item', 'Shelf'],
  });
  expect(wider.columns).to.deep.equal(['Item', 'Shelf']);
  await alice.call('nc_tables_update_row', { row_id: added.id, data: { Shelf: 'bottom' } });
  expect((await alice.call('nc_tables_read_table', { view_id: view.id })).count).to.equal(3);
  expect(
    await alice.refused('nc_tables_update_view', { view_id: view.id, columns: ['Colour'] }),
  ).to.contain("no column 'Colour'");

  await alice.call('nc_tables_set_favorite', { table_id, favorite: true });
  const { tables } = await alice.call('nc_tables_list_tables');
  const listed = tables.find(({ id }: Answer) => id === table_id);
  expect(listed).to.include({ title: 'Contract stock', favorite: true, rowsCount: 4 });
  expect(listed.views).to.have.length(1);
  await alice.call('nc_tables_set_favorite', { table_id, favorite: false });

  await alice.call('nc_tables_update_table', { table_id, archived: true });
  const renamed = await alice.call('nc_tables_update_table', { table_id, title: 'Contract store' });
  expect(renamed).to.include({ title: 'Contract store', archived: true });

  const path = '/Contract stock.csv';
  await alice.call('nc_webdav_write_file', {
    path,
    content: 'Item,Shelf\nPeas,\nBeans,\n',
    overwrite: true,
  });
  await alice.call('nc_tables_import_file', { table_id, path });
  const imported = await alice.call('nc_tables_read_table', { table_id, offset: 4 });
  expect(imported.rows.map(({ values }: Answer) => values.Item)).to.deep.equal(['Peas', 'Beans']);
  await alice.call('nc_webdav_delete_resource', { path });

  const copy = await alice.call('nc_tables_copy_table', { table_id, title: 'Contract copy' });
  const copied = await alice.call('nc_tables_get_schema', { table_id: copy.id });
  expect(copied.columns.map(({ title }: Answer) => title)).to.deep.equal(['Item', 'Shelf']);
  expect(copied.rows).to.equal(0);
  await alice.call('nc_tables_delete_table', { table_id: copy.id });

  await alice.call('nc_tables_delete_view', { view_id: view.id });
  await alice.call('nc_tables_delete_table', { table_id });
});

scenario('tables: sharing, applications and a new owner', { app: 'tables' }, async (alice) => {
  const table_id = await newTable(alice, 'Contract plan');
  await alice.call('nc_tables_create_column', { table_id, title: 'Step', type: 'text-line' });

  const share = await alice.call('nc_tables_create_share', {
    node_type: 'table',
    node_id: table_id,
    receiver: 'bob',
    permissions: ['read', 'create'],
  });
  expect(share.permissions).to.deep.equal(['read', 'create']);
  const stricter = await alice.call('nc_tables_update_share', {
    share_id: share.id,
    permissions: ['read', 'update'],
  });
  expect(stricter.permissions).to.deep.equal(['read', 'update']);
  const { shares } = await alice.call('nc_tables_list_shares', { table_id });
  expect(shares).to.have.length(1);
  expect(shares[0]).to.include({ receiver: 'bob', receiver_type: 'user' });
  await alice.call('nc_tables_delete_share', { share_id: share.id });

  const application = await alice.call('nc_tables_create_application', {
    name: 'Contract office',
    icon_name: 'apps',
    nodes: [{ id: table_id, type: 0, permissions: 15 }],
  });
  const application_id: number = application.id;
  const renamed = await alice.call('nc_tables_update_application', {
    application_id,
    name: 'Contract bureau',
  });
  expect(renamed.name).to.equal('Contract bureau');
  const { applications } = await alice.call('nc_tables_list_applications');
  expect(applications.map(({ name }: Answer) => name)).to.include('Contract bureau');
  const found = await alice.call('nc_tables_get_application', { application_id });
  expect(found.name).to.equal('Contract bureau');
  await alice.call('nc_tables_delete_application', { application_id });

  const spare = await alice.call('nc_tables_create_application', {
    name: 'Contract gift',
    icon_name: 'apps',
  });
  // to oneself: nobody could clean up after a gift to someone else
  await alice.call('nc_tables_transfer_application', {
    application_id: spare.id,
    new_owner: 'alice',
  });
  await alice.call('nc_tables_delete_application', { application_id: spare.id });
  await alice.call('nc_tables_transfer_table', { table_id, new_owner: 'alice' });
  await alice.call('nc_tables_delete_table', { table_id });
});

scenario('tables: what came with Tables 2', { app: 'tables', releases: ['34'] }, async (alice) => {
  const table_id = await newTable(alice, 'Contract survey');
  await alice.call('nc_tables_create_column', { table_id, title: 'Answer', type: 'text-line' });
  const view = await alice.call('nc_tables_create_view', { table_id, title: 'Contract view' });
  expect(await alice.call('nc_tables_get_table_notifications', { table_id })).to.have.property(
    'notify-row',
  );
  expect(
    await alice.call('nc_tables_get_view_notifications', { view_id: view.id }),
  ).to.have.property('notify-row');
  await alice.call('nc_tables_create_public_link', {
    node_collection: 'tables',
    node_id: table_id,
    password: 'Contract link, 4 tables!',
  });
  await alice.call('nc_tables_delete_table', { table_id });
});
