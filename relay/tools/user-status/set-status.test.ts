import { expect } from 'chai';
import type { Nextcloud } from '../../nextcloud/nextcloud.ts';
import type { ToolContext } from '../tool.ts';
import { setStatus } from './set-status.ts';

function server(): { context: ToolContext; sent: [string, unknown][] } {
  const sent: [string, unknown][] = [];
  const execute = async (key: string, args: unknown): Promise<unknown> => {
    sent.push([key, args]);
    const data = { userId: 'alice', status: 'dnd', message: null, icon: null, clearAt: null };
    return await Promise.resolve({ status: 200, headers: {}, data });
  };
  const nextcloud = { execute } as unknown as Nextcloud;
  const now = (): Date => new Date('2027-01-01T00:00:00Z');
  return {
    sent,
    context: { nextcloud, now, signal: new AbortController().signal } as unknown as ToolContext,
  };
}

describe('own status', () => {
  it('sends the end of a message in Unix seconds', async () => {
    const { context, sent } = server();
    await setStatus.run({ message: 'Out', clear_at: '2027-01-01T02:00:00+01:00' }, context);
    expect(sent[0]).to.deep.equal([
      'user_status.user_status-set-custom-message',
      { message: 'Out', statusIcon: null, clearAt: 1_798_765_200 },
    ]);
  });

  it('refuses, before sending anything, what cannot be meant', async () => {
    const bad: [object, string][] = [
      [{}, 'Nothing to set'],
      [{ status: 'dnd', clear_at: '2028-01-01T00:00:00Z' }, 'belongs to a message'],
      [{ predefined: 'meeting', message: 'Out' }, 'either'],
      [{ message: 'Out', clear_at: '2026-12-31T23:00:00Z' }, 'in the past'],
    ];
    for (const [args, wanted] of bad) {
      const { context, sent } = server();
      const failed: unknown = await setStatus
        .run({ ...args }, context)
        .catch((error: unknown) => error);
      expect((failed as Error).message, wanted).to.contain(wanted);
      expect(sent).to.deep.equal([]);
    }
  });
});
