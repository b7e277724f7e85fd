import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { instantArgument } from '../time-argument.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { statusView } from './status-view.ts';

const input = z.object({
  status: z
    .enum(['online', 'away', 'dnd', 'busy', 'invisible', 'offline'])
    .optional()
    .describe('Presence; dnd is do not disturb'),
  message: z.string().max(80).optional().describe('Own message'),
  icon: z.string().optional().describe('One emoji beside the message'),
  predefined: z
    .string()
    .min(1)
    .optional()
    .describe('Id of a ready-made message, instead of message'),
  clear_at: z
    .string()
    .optional()
    .describe('When the message disappears, ISO 8601 with zone; left out: never'),
});

type Arguments = z.output<typeof input>;

/** Presence and message are separate requests, and the time travels in Unix seconds. */
export const setStatus = defineTool({
  name: 'nc_user_status_set_status',
  title: 'Set own status',
  description:
    'Set the own presence, the own status message, or both. Presence and message are independent.',
  app: 'user_status',
  toolset: 'user_status',
  scopes: ['status:write'],
  effect: 'replace',
  uses: [
    'user_status.user_status-set-status',
    'user_status.user_status-set-custom-message',
    'user_status.user_status-set-predefined-message',
    'user_status.user_status-get-status',
  ],
  input,
  async run(args, context) {
    refuseMixture(args);
    const { nextcloud, signal } = context;
    if (args.status) {
      const change = { statusType: args.status };
      await nextcloud.execute('user_status.user_status-set-status', change, { signal });
    }
    if (args.predefined || args.message || args.icon) await setMessage(args, context);
    // setting a predefined message answers without its text
    const { data } = await nextcloud.execute('user_status.user_status-get-status', {}, { signal });
    return statusView(data);
  },
});

async function setMessage(args: Arguments, context: ToolContext): Promise<void> {
  const { nextcloud, signal } = context;
  const clearAt = args.clear_at
    ? Math.floor(instantArgument(args.clear_at, 'clear_at').getTime() / 1000)
    : null;
  if (clearAt !== null && clearAt * 1000 <= context.now().getTime()) {
    throw new RelayError('invalid_argument', 'clear_at is in the past.');
  }
  if (args.predefined) {
    const change = { messageId: args.predefined, clearAt };
    await nextcloud.execute('user_status.user_status-set-predefined-message', change, { signal });
    return;
  }
  const change = { message: args.message ?? null, statusIcon: args.icon ?? null, clearAt };
  await nextcloud.execute('user_status.user_status-set-custom-message', change, { signal });
}

function refuseMixture(args: Arguments): void {
  const own = Boolean(args.message) || Boolean(args.icon);
  if (args.predefined && own) {
    throw new RelayError('invalid_argument', 'Give either predefined, or message and icon.');
  }
  if (!args.status && !args.predefined && !own) {
    throw new RelayError('invalid_argument', 'Nothing to set was given.', {
      hint: 'To remove the message use nc_user_status_clear_message.',
    });
  }
  if (args.clear_at && !args.predefined && !own) {
    throw new RelayError('invalid_argument', 'clear_at belongs to a message; presence has no end.');
  }
}
