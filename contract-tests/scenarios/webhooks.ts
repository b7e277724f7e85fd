import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario(
  'webhooks: life of a webhook',
  { app: 'webhook_listeners', as: 'admin' },
  async (admin) => {
    const url = 'https://hooks.example.org/contract';
    const event = String.raw`OCP\Files\Events\Node\NodeCreatedEvent`;
    const hook = await admin.call('nc_webhooks_create_webhook', { method: 'POST', url, event });
    const webhook_id = hook['id'];

    const changed = await admin.call('nc_webhooks_update_webhook', {
      webhook_id,
      method: 'PUT',
      url,
      event,
      event_filter: { 'user.uid': 'bob' },
      headers: { 'X-Contract': '1' },
    });
    expect(changed).to.deep.include({ httpMethod: 'PUT', headers: { 'X-Contract': '1' } });
    expect(await admin.call('nc_webhooks_get_webhook', { webhook_id })).to.deep.include({
      uri: url,
      eventFilter: { 'user.uid': 'bob' },
    });
    const { webhooks } = await admin.call('nc_webhooks_list_webhooks', { url });
    expect(webhooks.map((webhook: { id: number }) => webhook.id)).to.deep.equal([webhook_id]);

    await admin.call('nc_webhooks_delete_webhook', { webhook_id });
    await admin.refused('nc_webhooks_get_webhook', { webhook_id });
  },
);
