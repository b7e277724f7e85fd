import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import type { ToolAnswer } from '../tool.ts';
import { statusView } from './status-view.ts';

/** Composed because own and other status are two operations, and "never set one" is a 404. */
export const getStatus = defineTool({
  name: 'nc_user_status_get_status',
  title: 'Get user status',
  description: 'Tell whether a user is online, away, busy or offline, with their status message.',
  app: 'user_status',
  toolset: 'user_status',
  scopes: ['status:read'],
  effect: 'read',
  uses: ['user_status.user_status-get-status', 'user_status.statuses-find'],
  input: z.object({
    user_id: z.string().min(1).optional().describe('User id; left out for the own status'),
  }),
  async run({ user_id: userId }, { nextcloud, signal }): Promise<ToolAnswer['data']> {
    try {
      const { data } = userId
        ? await nextcloud.execute('user_status.statuses-find', { userId }, { signal })
        : await nextcloud.execute('user_status.user_status-get-status', {}, { signal });
      return statusView(data);
    } catch (error) {
      if (!(error instanceof RelayError) || error.status !== 404) throw error;
      return {
        ...(userId ? { user_id: userId } : {}),
        status: 'offline',
        note: 'No status was set.',
      };
    }
  },
});
