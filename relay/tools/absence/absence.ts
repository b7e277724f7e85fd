import * as z from 'zod';
import type { ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { dayArgument } from '../time-argument.ts';
import { defineTool } from '../tool.ts';
import type { ToolAnswer } from '../tool.ts';

/*
 * The operations name a user in the path; writing takes the signed-in one whatever the path says. These tools fill in
 * the own id, so that nobody believes to have set the absence of someone else.
 */

type Absence = ResultOf<'dav.out_of_office-get-out-of-office'>;

function absenceView(absence: Absence): Record<string, unknown> {
  const { firstDay, lastDay, status, message, replacementUserId } = absence;
  return {
    user_id: absence.userId,
    first_day: firstDay,
    last_day: lastDay,
    status,
    message,
    ...(replacementUserId ? { replacement: replacementUserId } : {}),
  };
}

const getAbsence = defineTool({
  name: 'nc_absence_get',
  title: 'Get absence',
  description:
    'Show the out-of-office time of a user, present or to come: days, message and who stands in.',
  app: 'dav',
  toolset: 'user_status',
  scopes: ['user:read'],
  effect: 'read',
  uses: ['dav.out_of_office-get-out-of-office'],
  input: z.object({
    user_id: z.string().min(1).optional().describe('User id; left out for oneself'),
  }),
  async run({ user_id: asked }, { nextcloud, signal }): Promise<ToolAnswer['data']> {
    const userId = asked ?? (await nextcloud.userId());
    try {
      const { data } = await nextcloud.execute(
        'dav.out_of_office-get-out-of-office',
        { userId },
        { signal },
      );
      return { absence: absenceView(data) };
    } catch (error) {
      if (!(error instanceof RelayError) || error.status !== 404) throw error;
      return { user_id: userId, note: 'No absence is set.' };
    }
  },
});

const setAbsence = defineTool({
  name: 'nc_absence_set',
  title: 'Set own absence',
  description:
    'Set the own out-of-office time; replaces an earlier one. Colleagues see it, and mail may be answered with it.',
  app: 'dav',
  toolset: 'user_status',
  scopes: ['user:write'],
  effect: 'replace',
  uses: ['dav.out_of_office-set-out-of-office'],
  input: z.object({
    first_day: z.string().describe('First day, YYYY-MM-DD'),
    last_day: z.string().describe('Last day, YYYY-MM-DD'),
    status: z.string().min(1).max(100).describe('Short text beside the name'),
    message: z.string().min(1).describe('Longer text'),
    replacement: z.string().min(1).optional().describe('User id of who stands in'),
  }),
  async run(args, { nextcloud, signal }) {
    const firstDay = dayArgument(args.first_day, 'first_day');
    const lastDay = dayArgument(args.last_day, 'last_day');
    if (lastDay < firstDay) {
      throw new RelayError('invalid_argument', 'last_day is before first_day.');
    }
    const { data } = await nextcloud.execute(
      'dav.out_of_office-set-out-of-office',
      {
        userId: await nextcloud.userId(),
        firstDay,
        lastDay,
        status: args.status,
        message: args.message,
        ...(args.replacement ? { replacementUserId: args.replacement } : {}),
      },
      { signal },
    );
    return { absence: absenceView(data) };
  },
});

const clearAbsence = defineTool({
  name: 'nc_absence_clear',
  title: 'Clear own absence',
  description: 'Remove the own out-of-office time, present or to come.',
  app: 'dav',
  toolset: 'user_status',
  scopes: ['user:write'],
  effect: 'delete',
  uses: ['dav.out_of_office-clear-out-of-office'],
  input: z.object({}),
  async run(_args, { nextcloud, signal }) {
    const userId = await nextcloud.userId();
    await nextcloud.execute('dav.out_of_office-clear-out-of-office', { userId }, { signal });
    return { success: true };
  },
});

export const absenceTools = [getAbsence, setAbsence, clearAbsence] as const;
