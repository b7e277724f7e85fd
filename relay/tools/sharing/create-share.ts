import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { dayArgument } from '../time-argument.ts';
import { defineTool } from '../tool.ts';
import { permissionBits, permissionsInput, refuseUselessLink } from './permissions.ts';
import { creatingShare, expireDate, pathInput } from './share-fields.ts';
import { shareView } from './share-view.ts';

const LINK = 3;
const EMAIL = 4;
const OTHER_SERVER = 6;
const WITH_PASSWORD: readonly number[] = [LINK, EMAIL];
const CARD = 12;
const KINDS = [0, 1, LINK, EMAIL, OTHER_SERVER, 7, 10, CARD] as const;

const input = z.object({
  path: pathInput,
  share_with: z
    .string()
    .optional()
    .describe(
      'User, group, team or Deck card id, mail address, user@server, or Talk room token; none for a public link',
    ),
  share_type: z
    .union(KINDS.map((kind) => z.literal(kind)))
    .default(0)
    .describe(
      '0 user, 1 group, 3 public link, 4 e-mail, 6 user of another server, 7 team, 10 Talk room, 12 Deck card (attaches the file)',
    ),
  permissions: permissionsInput
    .default(1)
    .describe('Names, or bits: 1 read, 2 update, 4 create, 8 delete, 16 share on; 31 all'),
  password: z.string().optional().describe('Link and e-mail only'),
  expire_date: expireDate.describe('Last day, YYYY-MM-DD'),
  note: z.string().optional().describe('Message to the recipient'),
  label: z.string().max(255).optional().describe('Name of a link'),
});

type Arguments = z.output<typeof input>;

/**
 * Composed for its checks: the operation takes any pair of type and recipient, and turns type 3 with a recipient
 * silently into a link for everyone.
 */
export const createShare = defineTool({
  name: 'nc_share_create',
  title: 'Share file or folder',
  description:
    'Share a file or folder with a user, group, team, mail address, Talk room or Deck card. For a link anyone can open use nc_share_create_public_link.',
  app: 'files_sharing',
  toolset: 'sharing',
  scopes: ['sharing:write'],
  effect: 'add',
  openWorld: true,
  uses: ['files_sharing.shareapi-create-share'],
  input,
  async run(args, { nextcloud, signal }) {
    const permissions = permissionBits(args.permissions);
    refuseMismatch(args);
    if (args.share_type === LINK) refuseUselessLink(permissions);
    const { data } = await creatingShare(
      args.path,
      nextcloud.execute(
        'files_sharing.shareapi-create-share',
        {
          path: args.path,
          shareType: args.share_type,
          permissions,
          ...(args.share_with ? { shareWith: args.share_with } : {}),
          ...(args.password ? { password: args.password } : {}),
          ...(args.expire_date ? { expireDate: dayArgument(args.expire_date, 'expire_date') } : {}),
          ...(args.note ? { note: args.note } : {}),
          ...(args.label ? { label: args.label } : {}),
        },
        { signal },
      ),
    );
    return shareView(data);
  },
});

function refuseMismatch(args: Arguments): void {
  const { share_type: kind, share_with: recipient } = args;
  if (kind === LINK && recipient) {
    throw new RelayError(
      'invalid_argument',
      'A public link has no recipient: everyone who has it can open it.',
      {
        hint: `To share with '${recipient}' only, use share_type 0 (user), 1 (group) or 4 (e-mail).`,
      },
    );
  }
  if (kind !== LINK && !recipient) {
    throw new RelayError(
      'invalid_argument',
      'share_with is missing: with whom shall it be shared?',
      {
        hint: 'For a link that anyone can open use nc_share_create_public_link.',
      },
    );
  }
  if (kind === EMAIL && !/^\S+@\S+$/.test(recipient ?? '')) {
    throw new RelayError('invalid_argument', `'${recipient ?? ''}' is no mail address.`);
  }
  if (kind === OTHER_SERVER && !/^.+@[^@\s]+$/.test(recipient ?? '')) {
    throw new RelayError('invalid_argument', `'${recipient ?? ''}' is no user@server.`);
  }
  if (kind === CARD && !/^\d+$/.test(recipient ?? '')) {
    throw new RelayError('invalid_argument', `'${recipient ?? ''}' is no id of a Deck card.`, {
      hint: 'deck_search_cards and deck_get_cards give ids.',
    });
  }
  const foreign = (['password', 'label'] as const).filter((name) => args[name]);
  if (foreign.length > 0 && !WITH_PASSWORD.includes(kind)) {
    throw new RelayError(
      'invalid_argument',
      `Only links and e-mail shares have a ${foreign.join(' and a ')}.`,
    );
  }
}
