import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';

scenario('dashboard: widgets and what they show', { app: 'dashboard' }, async (alice) => {
  const widgets = await alice.call('nc_dashboard_list_widgets');
  expect(widgets).to.have.property('files-favorites');
  const answer = await alice.call('nc_dashboard_get_widget_items', {
    widgets: ['files-favorites', 'user_status', 'no-such-widget'],
    limit: 2,
  });
  expect(answer.widgets.map(({ id }: Answer) => id)).to.deep.equal([
    'files-favorites',
    'user_status',
    'no-such-widget',
  ]);
  expect(answer.widgets[0].items).to.be.an('array');
  expect(answer.widgets[2]).not.to.have.property('items');
});
