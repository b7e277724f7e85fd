import { expect } from 'chai';
import { scenario } from '../scenario.ts';

const action = String.raw`OCA\Files_Versions\BlockVersioningOperation`;
const rule = {
  name: 'Contract rule',
  checks: [
    { class: String.raw`OCA\WorkflowEngine\Check\FileName`, operator: 'is', value: 'contract.txt' },
  ],
  operation: '',
  entity: String.raw`OCA\WorkflowEngine\Entity\File`,
  events: [String.raw`\OCP\Files::postWrite`],
};

scenario(
  'workflows: life of a rule',
  { app: 'workflowengine', as: 'admin', releases: ['34'] },
  async (admin) => {
    const created = await admin.call('nc_workflows_create_global', { action, ...rule });
    expect(created).to.deep.include({ class: action, name: 'Contract rule', checks: rule.checks });
    const workflow_id = created['id'];

    const changed = await admin.call('nc_workflows_update_global', {
      workflow_id,
      ...rule,
      name: 'Contract rule 2',
    });
    expect(changed['name']).to.equal('Contract rule 2');
    const { rules } = await admin.call('nc_workflows_get_global', { action });
    expect(rules.map((entry: { id: number }) => entry.id)).to.include(workflow_id);
    expect(await admin.call('nc_workflows_list_global')).to.have.property(action);

    expect(await admin.call('nc_workflows_delete_global', { workflow_id })).to.deep.equal({
      deleted: true,
    });
    await admin.refused('nc_workflows_delete_global', { workflow_id });
  },
);

// No app of the test server offers an action for rules of one user, and app passwords may not change them.
scenario(
  'workflows: rules of one user',
  { app: 'workflowengine', releases: ['34'] },
  async (alice) => {
    expect(await alice.call('nc_workflows_list_own')).to.not.have.property(action);
    expect((await alice.call('nc_workflows_get_own', { action }))['rules']).to.deep.equal([]);
    await alice.refused('nc_workflows_create_own', { action, ...rule });
    await alice.refused('nc_workflows_update_own', { workflow_id: 99_999_999, ...rule });
    await alice.refused('nc_workflows_delete_own', { workflow_id: 99_999_999 });
  },
);
