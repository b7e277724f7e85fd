import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('users: the own account', { app: 'provisioning_api' }, async (alice) => {
  const account = await alice.call('nc_users_get_current_user');
  expect(account).to.include({ id: 'alice', email: 'alice@example.org' });
  expect(account['quota']).to.have.property('used');

  const { fields } = await alice.call('nc_profile_list_editable_fields');
  expect(fields).to.include.members(['displayname', 'phone', 'role']);
});

scenario('users: find a colleague', { app: 'core' }, async (alice) => {
  const { matches } = await alice.call('nc_users_autocomplete', { search: 'bob', limit: 5 });
  expect(matches.map((match: { id: string }) => match.id)).to.include('bob');
  const groups = await alice.call('nc_users_autocomplete', { search: 'team', share_types: [1] });
  expect(groups['matches'].map((match: { id: string }) => match.id)).to.include('team');

  const card = await alice.call('nc_users_get_contact_card', { user_id: 'bob' });
  expect(card['userId']).to.equal('bob');
  const profile = await alice.call('nc_profile_get_profile', { user_id: 'bob' });
  expect(profile['userId']).to.equal('bob');
  await alice.call('nc_users_get_avatar', { user_id: 'bob', size: 64 });
  await alice.refused('nc_profile_get_profile', { user_id: 'nobody-here' });
});

scenario(
  'users: update the own profile',
  { app: 'provisioning_api', releases: ['32'] },
  async (alice) => {
    const changed = await alice.call('nc_profile_update_profile', {
      field: 'role',
      value: 'Archivist',
    });
    expect(changed).to.deep.include({ user_id: 'alice', field: 'role', value: 'Archivist' });
    await alice.call('nc_profile_set_visibility', {
      user_id: 'alice',
      field: 'role',
      visibility: 'show_users_only',
    });
    expect((await alice.call('nc_profile_get_profile', { user_id: 'alice' }))['role']).to.equal(
      'Archivist',
    );
    const cleared = await alice.call('nc_profile_update_profile', { field: 'role', value: '' });
    expect(cleared['value']).to.equal('');
  },
);

// 34 wants the password confirmed before the account changes, and takes no app password for that.
scenario(
  'users: no profile update by app password',
  { app: 'provisioning_api', releases: ['34'] },
  async (alice) => {
    await alice.refused('nc_profile_update_profile', { field: 'role', value: 'Archivist' });
    await alice.refused('nc_profile_set_visibility', {
      user_id: 'alice',
      field: 'role',
      visibility: 'hide',
    });
  },
);

scenario('users: find by phone number', { app: 'provisioning_api' }, async (alice) => {
  const found = await alice.call('nc_users_find_by_phone', {
    location: 'DE',
    search: { anna: ['+49 30 12345678'] },
  });
  expect(found).to.not.have.property('anna');
});

scenario('users: a password that fits the rules', { app: 'password_policy' }, async (alice) => {
  const { password } = await alice.call('nc_passwords_generate_password');
  expect(password).to.have.length.of.at.least(8);
});
