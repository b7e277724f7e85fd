import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('theming: dark mode on and off', { app: 'theming' }, async (alice) => {
  await alice.call('nc_theming_enable_theme', { theme: 'dark' });
  await alice.call('nc_theming_disable_theme', { theme: 'dark' });
  await alice.refused('nc_theming_enable_theme', { theme: 'no-such-theme' });
});

scenario('theming: a background colour and back', { app: 'theming' }, async (alice) => {
  const colour = await alice.call('nc_theming_set_background', { type: 'color', color: '#336699' });
  expect(colour['backgroundColor']).to.equal('#336699');
  const removed = await alice.call('nc_theming_delete_background');
  expect(removed).to.not.have.property('backgroundImage');
  const back = await alice.call('nc_theming_set_background', { type: 'default' });
  expect(back['backgroundImage']).to.equal('default');
});
