import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('server: status, capabilities and menu', { app: 'core' }, async (alice) => {
  const status = await alice.call('nc_server_get_status');
  expect(status).to.include({ installed: true, maintenance: false });

  const { version, capabilities } = await alice.call('nc_server_get_capabilities');
  expect(version.string).to.equal(status['versionstring']);
  expect(capabilities).to.have.property('files');

  const { apps } = await alice.call('nc_apps_list_navigation');
  expect(apps.map((app: { id: string }) => app.id)).to.include('files');
});

scenario('ai: tasks that cannot be', { app: 'core' }, async (alice) => {
  expect(await alice.call('nc_ai_list_task_types')).to.have.property('types');
  expect(
    (await alice.call('nc_ai_list_tasks', { custom_id: 'contract-none' }))['tasks'],
  ).to.deep.equal([]);

  await alice.refused('nc_ai_schedule_task', {
    type: 'contract:no-such-type',
    input: { input: 'Long text' },
  });
  await alice.refused('nc_ai_get_task', { task_id: 99_999_999 });
  await alice.refused('nc_ai_cancel_task', { task_id: 99_999_999 });
  await alice.refused('nc_ai_get_task_file', { task_id: 99_999_999, file_id: 1 });
  // Nextcloud answers the deletion of an unknown task with success.
  await alice.call('nc_ai_delete_task', { task_id: 99_999_999 });
});

// Needs a provider that is slow to start: `fakeprov`, a test app, waits for the background job.
scenario('ai: life of a task', { app: 'fakeprov' }, async (alice) => {
  const custom_id = 'contract-task';
  const { task } = await alice.call('nc_ai_schedule_task', {
    type: 'core:text2text:summary',
    input: { input: 'Once upon a time there was a very long text.' },
    custom_id,
  });
  expect(task).to.include({ type: 'core:text2text:summary', status: 'STATUS_SCHEDULED' });
  expect(task.lastUpdated).to.match(/^\d{4}-\d\d-\d\dT/);
  const task_id = task.id;
  expect((await alice.call('nc_ai_get_task', { task_id }))['task'].id).to.equal(task_id);
  const { tasks } = await alice.call('nc_ai_list_tasks', { custom_id });
  expect(tasks.map((entry: { id: number }) => entry.id)).to.deep.equal([task_id]);
  const cancelled = await alice.call('nc_ai_cancel_task', { task_id });
  expect(cancelled['task'].status).to.equal('STATUS_CANCELLED');
  await alice.call('nc_ai_delete_task', { task_id });
  await alice.refused('nc_ai_get_task', { task_id });
});

scenario('ai: older text tasks that cannot be', { app: 'core' }, async (alice) => {
  expect((await alice.call('nc_ai_list_text_task_types'))['types']).to.be.an('array');
  const { tasks } = await alice.call('nc_ai_list_text_tasks', { identifier: 'contract-none' });
  expect(tasks).to.deep.equal([]);
  await alice.refused('nc_ai_schedule_text_task', {
    type: String.raw`OCP\TextProcessing\NoSuchTaskType`,
    input: 'Long text',
  });
  await alice.refused('nc_ai_get_text_task', { task_id: 99_999_999 });
  await alice.refused('nc_ai_delete_text_task', { task_id: 99_999_999 });
});

scenario('ai: life of an older text task', { app: 'fakeprov', releases: ['34'] }, async (alice) => {
  const { types } = await alice.call('nc_ai_list_text_task_types');
  const type = String.raw`OCP\TextProcessing\SummaryTaskType`;
  expect(types.map((entry: { id: string }) => entry.id)).to.include(type);
  const identifier = 'contract-text';
  const { task } = await alice.call('nc_ai_schedule_text_task', {
    type,
    input: 'Once upon a time there was a very long text.',
    identifier,
  });
  const task_id = task.id;
  expect((await alice.call('nc_ai_get_text_task', { task_id }))['task'].id).to.equal(task_id);
  const { tasks } = await alice.call('nc_ai_list_text_tasks', { identifier });
  expect(tasks.map((entry: { id: number }) => entry.id)).to.deep.equal([task_id]);
  await alice.call('nc_ai_delete_text_task', { task_id });
  await alice.refused('nc_ai_get_text_task', { task_id });
});

scenario('ai: translation without a provider', { app: 'core' }, async (alice) => {
  const { languages } = await alice.call('nc_ai_list_translation_languages');
  expect(languages).to.deep.equal([]);
  await alice.refused('nc_ai_translate_text', { text: 'Good morning', to_language: 'de' });
});

scenario('ai: queue figures', { app: 'core', as: 'admin', releases: ['34'] }, async (admin) => {
  const figures = await admin.call('nc_ai_get_queue_stats', { types: ['core:text2text:summary'] });
  expect(figures).to.deep.include({ scheduled_count: 0, running_count: 0 });
});

scenario('teams: resources of teams', { app: 'core' }, async (alice) => {
  const { resources } = await alice.call('nc_teams_list_resources', { team_id: 'no-such-team' });
  expect(resources).to.deep.equal([]);
  const { teams } = await alice.call('nc_teams_find_by_resource', {
    provider: 'files',
    resource_id: '1',
  });
  expect(teams).to.deep.equal([]);
});
