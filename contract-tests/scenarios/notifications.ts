import { expect } from 'chai';
import { scenario } from '../scenario.ts';
import type { Answer } from '../scenario.ts';

scenario(
  'notifications: from arrival to dismissal',
  { app: 'notifications', as: 'admin' },
  async (admin) => {
    await admin.call('nc_notifications_send_notification', {
      user_id: 'admin',
      subject: 'Contract test',
      message: 'The bread is ready.',
    });
    const { notifications } = await admin.call('nc_notifications_list_notifications');
    const sent = notifications.find(({ subject }: Answer) => subject === 'Contract test');
    expect(sent).to.include({ message: 'The bread is ready.' });
    const notification_id: number = sent.notification_id;
    const read = await admin.call('nc_notifications_get_notification', { notification_id });
    expect(read.subject).to.equal('Contract test');

    await admin.call('nc_notifications_delete_notification', { notification_id });
    expect(
      await admin.refused('nc_notifications_get_notification', { notification_id }),
    ).to.contain('not_found');
    await admin.call('nc_notifications_delete_all_notifications');
    expect((await admin.call('nc_notifications_list_notifications')).notifications).to.deep.equal(
      [],
    );
  },
);

scenario('notifications: settings', { app: 'notifications', as: 'admin' }, async (admin) => {
  const settings = { mail_interval: 0, sound_notification: 'yes', sound_talk: 'yes' };
  await admin.call('nc_notifications_set_settings', settings);
  expect(
    await admin.refused('nc_notifications_set_settings', { ...settings, sound_talk: 'loud' }),
  ).to.contain('sound_talk');
});

scenario(
  'notifications: defaults on 32',
  { app: 'notifications', as: 'admin', releases: ['32'] },
  async (admin) => {
    const settings = { mail_interval: 0, sound_notification: 'yes', sound_talk: 'yes' };
    await admin.call('nc_notifications_set_default_settings', settings);
  },
);

scenario(
  'notifications: defaults on 34',
  { app: 'notifications', as: 'admin', releases: ['34'] },
  async (admin) => {
    await admin.call('nc_notifications_set_default_settings', {
      mail_interval: 0,
      sound_notification: 'yes',
      sound_talk: 'yes',
      webpush_enabled: 'no',
      webpush_browsers_enabled: 'no',
    });
  },
);
