import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { dayArgument } from '../time-argument.ts';
import { defineTool } from '../tool.ts';
import { permissionBits, permissionsInput } from './permissions.ts';
import { aboutShare, expireDate, shareId } from './share-fields.ts';
import { shareView } from './share-view.ts';
import type { Share } from './share-view.ts';

const input = z.object({
  share_id: shareId,
  permissions: permissionsInput.optional().describe('Names or bits, as in nc_share_create'),
  password: z
    .string()
    .optional()
    .describe('New password of a link or e-mail share; empty removes it'),
  expire_date: expireDate.describe('New last day, YYYY-MM-DD; empty removes it'),
  note: z.string().optional().describe('New message to the recipient'),
  label: z.string().max(255).optional().describe('New name of a link'),
  hide_download: z.boolean().optional().describe('Hide the download button of a link'),
});

/** Composed for permission names, the date check and booleans, which this operation wants as text. */
export const updateShare = defineTool({
  name: 'nc_share_update',
  title: 'Update share',
  description:
    'Change permissions, password, end date, note or label of a share; what is left out stays.',
  app: 'files_sharing',
  toolset: 'sharing',
  scopes: ['sharing:write'],
  effect: 'replace',
  uses: ['files_sharing.shareapi-update-share', 'files_sharing.shareapi-get-share'],
  input,
  async run(args, { nextcloud, signal }) {
    const changes = changesIn(args);
    if (Object.keys(changes).length === 0) {
      throw new RelayError('invalid_argument', 'Nothing to change was given.');
    }
    const id = String(args.share_id);
    const request = nextcloud.execute(
      'files_sharing.shareapi-update-share',
      { id, ...changes },
      { signal },
    );
    const { data } = await request.catch(async (error: unknown) => {
      if (!(error instanceof RelayError) || error.status !== 404) throw error;
      // a last day in the past is a 404 too
      await aboutShare(
        id,
        nextcloud.execute('files_sharing.shareapi-get-share', { id }, { signal }),
      );
      throw new RelayError('invalid_argument', `Share ${id} was not changed. ${error.message}`, {
        status: 404,
        cause: error,
      });
    });
    refuseWhatWasIgnored(args, data);
    return shareView(data);
  },
});

/** The server takes these for shares of any kind, and drops them for most. */
function refuseWhatWasIgnored(args: z.output<typeof input>, share: Share): void {
  const ignored = [
    ...(args.password && typeof share.password !== 'string' ? ['password'] : []),
    ...(args.hide_download === true && share.hide_download !== 1 ? ['hide_download'] : []),
  ];
  if (ignored.length === 0) return;
  throw new RelayError(
    'refused',
    `Nextcloud did not take ${ignored.join(' and ')} for this kind of share; what else was given was changed.`,
    { hint: 'Links have both, e-mail shares a password.', details: { share: shareView(share) } },
  );
}

/** An empty text is a value: it removes. */
function changesIn(args: z.output<typeof input>): Record<string, string | number> {
  const { permissions, expire_date: expires, hide_download: hidden } = args;
  const changes: Record<string, string | number | undefined> = {
    permissions: permissions ? permissionBits(permissions) : undefined,
    password: args.password,
    expireDate: expires ? dayArgument(expires, 'expire_date') : expires,
    note: args.note,
    label: args.label,
    hideDownload: typeof hidden === 'boolean' ? String(hidden) : undefined,
  };
  return Object.fromEntries(
    Object.entries(changes).filter((entry): entry is [string, string | number] => {
      return entry[1] !== undefined;
    }),
  );
}
