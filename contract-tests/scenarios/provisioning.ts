import { expect } from 'chai';
import { scenario } from '../scenario.ts';

// From 34 on, most changes here need an admin session with the account's own password: app passwords are refused.

const user_id = 'contract-dora';
const group_id = 'contract-crew';

scenario(
  'provisioning: life of a user',
  { app: 'provisioning_api', as: 'admin' },
  async (admin) => {
    const created = await admin.call('nc_users_create_user', {
      user_id,
      display_name: 'Dora Contract',
      email: 'dora@example.org',
      quota: '1 GB',
      language: 'en',
    });
    expect(created['id']).to.equal(user_id);
    await admin.refused('nc_users_create_user', { user_id, email: 'dora@example.org' });

    await admin.call('nc_users_update_user', {
      user_id,
      field: 'displayname',
      value: 'Dora Example',
    });
    await admin.call('nc_users_update_user', {
      user_id,
      field: 'additional_mail',
      value: 'd@example.org',
    });
    const user = await admin.call('nc_users_get_user', { user_id });
    expect(user).to.deep.include({
      id: user_id,
      displayname: 'Dora Example',
      additional_mail: ['d@example.org'],
    });
    await admin.call('nc_users_replace_mail_address', { user_id, address: 'd@example.org' });

    await admin.call('nc_users_disable_user', { user_id });
    const disabled = await admin.call('nc_users_list_disabled_users', { search: 'contract-' });
    expect(disabled['users']).to.have.property(user_id);
    await admin.call('nc_users_enable_user', { user_id });
    const listed = await admin.call('nc_users_list_users', { search: 'contract-', limit: 5 });
    expect(Object.keys(listed['users'])).to.deep.equal([user_id]);

    await admin.call('nc_users_delete_user', { user_id });
    await admin.refused('nc_users_get_user', { user_id });
  },
);

scenario(
  'provisioning: several fields of a user at once',
  { app: 'provisioning_api', as: 'admin', releases: ['34'] },
  async (admin) => {
    const id = 'contract-emil';
    await admin.call('nc_users_create_user', { user_id: id, email: 'emil@example.org' });
    const changed = await admin.call('nc_users_update_user_fields', {
      user_id: id,
      display_name: 'Emil Example',
      quota: '2 GB',
    });
    expect(changed['displayname']).to.equal('Emil Example');
    await admin.call('nc_users_delete_user', { user_id: id });
  },
);

scenario(
  'provisioning: life of a group',
  { app: 'provisioning_api', as: 'admin' },
  async (admin) => {
    await admin.call('nc_groups_create_group', { group_id, display_name: 'Crew' });
    await admin.call('nc_groups_rename_group', { group_id, display_name: 'Contract crew' });
    const { groups } = await admin.call('nc_groups_list_groups', { search: 'contract-crew' });
    expect(groups[0]).to.include({ id: group_id, displayname: 'Contract crew', usercount: 0 });

    await admin.call('nc_groups_add_member', { user_id: 'carol', group_id });
    expect((await admin.call('nc_groups_list_members', { group_id }))['users']).to.deep.equal([
      'carol',
    ]);
    const details = await admin.call('nc_groups_list_member_details', { group_id });
    expect(details['users'].carol.email).to.equal('carol@example.org');
    const own = await admin.call('nc_users_list_groups', { user_id: 'carol' });
    expect(own['groups'].map((group: { id: string }) => group.id)).to.include(group_id);

    await admin.call('nc_users_add_subadmin', { user_id: 'carol', group_id });
    expect((await admin.call('nc_groups_list_subadmins', { group_id }))['users']).to.deep.equal([
      'carol',
    ]);
    const led = await admin.call('nc_users_list_subadmin_groups', { user_id: 'carol' });
    expect(led['groups'].map((group: { id: string }) => group.id)).to.deep.equal([group_id]);
    await admin.call('nc_users_remove_subadmin', { user_id: 'carol', group_id });
    await admin.call('nc_groups_remove_member', { user_id: 'carol', group_id });

    await admin.call('nc_groups_delete_group', { group_id });
    await admin.refused('nc_groups_delete_group', { group_id });
  },
);

scenario(
  'provisioning: recent users, welcome mail',
  { app: 'provisioning_api', as: 'admin' },
  async (admin) => {
    const { users } = await admin.call('nc_users_list_recent_users', { limit: 2 });
    expect(Object.keys(users)).to.have.lengthOf.at.most(2);
    await admin.refused('nc_users_resend_welcome', { user_id: 'nobody-here' });
  },
);

scenario('provisioning: second factors', { app: 'core', as: 'admin' }, async (admin) => {
  const state = await admin.call('nc_users_get_two_factor', { user_id: 'carol' });
  expect(state['backup_codes']).to.not.equal(true);
  await admin.call('nc_users_enable_two_factor', { user_id: 'carol', providers: ['backup_codes'] });
});

scenario('provisioning: second factors off', { app: 'core', as: 'admin' }, async (admin) => {
  await admin.call('nc_users_disable_two_factor', {
    user_id: 'carol',
    providers: ['backup_codes'],
  });
});

scenario(
  'provisioning: a plain user administers nobody',
  { app: 'provisioning_api' },
  async (alice) => {
    await alice.refused('nc_users_list_users', { search: 'contract-' });
    await alice.refused('nc_groups_create_group', { group_id: 'contract-mine' });
  },
);
