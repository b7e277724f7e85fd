import * as z from 'zod';
import { dayArgument } from '../time-argument.ts';
import { defineTool } from '../tool.ts';
import { permissionBits, permissionsInput, refuseUselessLink } from './permissions.ts';
import { creatingShare, expireDate, pathInput } from './share-fields.ts';
import { shareView } from './share-view.ts';

const PUBLIC_LINK = 3;

/** The share operation with the one type that nobody should get by mistake, behind a name that says so. */
export const createPublicLink = defineTool({
  name: 'nc_share_create_public_link',
  title: 'Create public link',
  description:
    'Make a link with which anyone, without an account, can open a file or folder. Only when the user asks for it; prefer a password and an end date.',
  app: 'files_sharing',
  toolset: 'sharing',
  scopes: ['sharing:write'],
  effect: 'add',
  openWorld: true,
  uses: ['files_sharing.shareapi-create-share'],
  input: z.object({
    path: pathInput,
    permissions: permissionsInput
      .default(['read'])
      .describe('Names or bits, as in nc_share_create; only create makes a drop-off folder'),
    password: z.string().optional().describe('Password people have to enter'),
    expire_date: expireDate.describe('Last day, YYYY-MM-DD'),
    note: z.string().optional().describe('Message shown on the page'),
    label: z.string().max(255).optional().describe('Name of the link, for its owner'),
  }),
  async run(args, { nextcloud, signal }) {
    const permissions = permissionBits(args.permissions);
    refuseUselessLink(permissions);
    const { data } = await creatingShare(
      args.path,
      nextcloud.execute(
        'files_sharing.shareapi-create-share',
        {
          path: args.path,
          shareType: PUBLIC_LINK,
          permissions,
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
