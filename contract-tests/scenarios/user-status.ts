import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';

scenario('user status: presence and message', { app: 'user_status' }, async (alice) => {
  const { statuses: readyMade } = await alice.call('nc_user_status_list_predefined');
  expect(readyMade.map(({ id }: Answer) => id)).to.include('meeting');

  const meeting = await alice.call('nc_user_status_set_status', {
    status: 'dnd',
    predefined: 'meeting',
    clear_at: '2099-01-02T12:00:00+01:00',
  });
  expect(meeting).to.include({
    status: 'dnd',
    message: 'In a meeting',
    clear_at: '2099-01-02T11:00:00Z',
  });

  const own = await alice.call('nc_user_status_set_status', { message: 'Baking', icon: '🍞' });
  expect(own).to.include({ status: 'dnd', message: 'Baking', icon: '🍞' });
  expect(own).not.to.have.property('clear_at');
  expect((await alice.call('nc_user_status_get_status')).message).to.equal('Baking');
  const { statuses } = await alice.call('nc_user_status_list_statuses', { limit: 20 });
  expect(statuses.find(({ userId }: Answer) => userId === 'alice')).to.include({
    message: 'Baking',
  });

  expect(
    await alice.refused('nc_user_status_set_status', { predefined: 'no-such-message' }),
  ).to.contain('not supported');
  await alice.call('nc_user_status_clear_message');
  const cleared = await alice.call('nc_user_status_set_status', { status: 'online' });
  expect(cleared).to.include({ status: 'online' });
  expect(cleared).not.to.have.property('message');
  expect(await alice.call('nc_user_status_get_status', { user_id: 'no-such-user' })).to.include({
    status: 'offline',
  });
});
