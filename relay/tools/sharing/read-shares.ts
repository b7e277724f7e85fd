import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { aboutShare, shareId } from './share-fields.ts';
import { shareView } from './share-view.ts';

/** Composed for two operations behind one question, and for the booleans, which must be the word `true`. */
export const listShares = defineTool({
  name: 'nc_share_list',
  title: 'List shares',
  description:
    'List what the user shared with others, or what others shared with the user; all of it, or for one path.',
  app: 'files_sharing',
  toolset: 'sharing',
  scopes: ['sharing:read'],
  effect: 'read',
  uses: ['files_sharing.shareapi-get-shares', 'files_sharing.shareapi-get-inherited-shares'],
  input: z.object({
    path: z.string().optional().describe('Only shares of this file or folder'),
    shared_with_me: z.boolean().default(false).describe('Shares received instead of given'),
    reshares: z.boolean().default(false).describe('With a path: also shares others made of it'),
    subfiles: z.boolean().default(false).describe('With a folder: the shares of what is in it'),
    inherited: z
      .boolean()
      .default(false)
      .describe('With a path: the shares of folders above it instead'),
  }),
  async run(args, { nextcloud, signal }) {
    const path = args.path ?? '';
    if (path === '' && (args.subfiles || args.inherited)) {
      throw new RelayError('invalid_argument', 'subfiles and inherited need a path.');
    }
    const { data } = args.inherited
      ? await nextcloud.execute('files_sharing.shareapi-get-inherited-shares', { path }, { signal })
      : await nextcloud.execute(
          'files_sharing.shareapi-get-shares',
          {
            ...(path === '' ? {} : { path }),
            shared_with_me: String(args.shared_with_me),
            reshares: String(args.reshares),
            subfiles: String(args.subfiles),
          },
          { signal },
        );
    return { shares: data.map(shareView), total: data.length };
  },
});

/** The operation answers a list with the one share in it. */
export const getShare = defineTool({
  name: 'nc_share_get',
  title: 'Get share',
  description: 'Show one share by its id.',
  app: 'files_sharing',
  toolset: 'sharing',
  scopes: ['sharing:read'],
  effect: 'read',
  uses: ['files_sharing.shareapi-get-share'],
  input: z.object({ share_id: shareId }),
  async run({ share_id: id }, { nextcloud, signal }) {
    const { data } = await aboutShare(
      id,
      nextcloud.execute('files_sharing.shareapi-get-share', { id: String(id) }, { signal }),
    );
    const [share] = data;
    if (share === undefined) throw new RelayError('not_found', `There is no share ${String(id)}.`);
    return shareView(share);
  },
});
