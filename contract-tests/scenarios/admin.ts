import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario(
  'admin: installed and enabled apps',
  { app: 'provisioning_api', as: 'admin' },
  async (admin) => {
    expect((await admin.call('nc_apps_list_apps', { filter: 'enabled' }))['apps']).to.include(
      'files',
    );
    expect((await admin.call('nc_apps_list_enabled'))['apps']).to.include('files');
    expect(await admin.call('nc_apps_get_app', { app: 'files' })).to.include({
      id: 'files',
      name: 'Files',
    });
    await admin.refused('nc_apps_get_app', { app: 'no_such_app' });
  },
);

scenario('admin: an app off and on', { app: 'provisioning_api', as: 'admin' }, async (admin) => {
  await admin.call('nc_apps_disable_app', { app: 'survey_client' });
  expect((await admin.call('nc_apps_list_apps', { filter: 'disabled' }))['apps']).to.include(
    'survey_client',
  );
  await admin.call('nc_apps_enable_app', { app: 'survey_client' });
  expect((await admin.call('nc_apps_list_apps', { filter: 'enabled' }))['apps']).to.include(
    'survey_client',
  );
});

scenario('admin: app settings', { app: 'provisioning_api', as: 'admin' }, async (admin) => {
  expect((await admin.call('nc_config_list_apps'))['data']).to.include('core');
  expect((await admin.call('nc_config_list_keys', { app: 'core' }))['data']).to.include('vendor');
  expect(
    (await admin.call('nc_config_get_value', { app: 'core', key: 'vendor' }))['data'],
  ).to.equal('nextcloud');
});

scenario('admin: trusted servers', { app: 'federation', as: 'admin' }, async (admin) => {
  expect((await admin.call('nc_federation_list_servers'))['servers']).to.be.an('array');
  await admin.refused('nc_federation_add_server', { url: 'http://127.0.0.1:9' });
  await admin.refused('nc_federation_remove_server', { server_id: 99_999_999 });
});

scenario(
  'admin: update facts without an app store',
  { app: 'updatenotification', as: 'admin' },
  async (admin) => {
    await admin.refused('nc_updates_list_app_updates', { version: '99.0.0' });
    await admin.refused('nc_updates_get_app_changelog', { app: 'files' });
  },
);

scenario('admin: retention rules', { app: 'files_retention', as: 'admin' }, async (admin) => {
  expect((await admin.call('nc_retention_list_rules'))['rules']).to.deep.equal([]);
  await admin.refused('nc_retention_create_rule', {
    tag_id: 99_999_999,
    time_unit: 0,
    time_amount: 1,
    time_after: 0,
  });
  await admin.refused('nc_retention_delete_rule', { rule_id: 99_999_999 });
});

scenario(
  'admin: accounts of identity providers',
  { app: 'user_oidc', as: 'admin' },
  async (admin) => {
    expect((await admin.call('nc_oidc_list_providers'))['providers']).to.be.an('array');
    const { user_id } = await admin.call('nc_oidc_create_user', {
      provider_id: 99,
      user_id: 'contract-person',
    });
    await admin.call('nc_oidc_delete_user', { user_id });
    await admin.refused('nc_oidc_delete_user', { user_id });
  },
);

scenario('admin: app store', { app: 'appstore', as: 'admin', releases: ['34'] }, async (admin) => {
  expect((await admin.call('nc_appstore_list_categories'))['categories']).to.be.an('array');
  expect((await admin.call('nc_appstore_list_apps'))['apps']).to.be.an('array');
});
