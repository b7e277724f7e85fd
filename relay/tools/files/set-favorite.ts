import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { pathBelowRoot, quoted } from './file-path.ts';
import { missing, statusOf } from './look.ts';

export const setFavorite = defineTool({
  name: 'nc_webdav_set_favorite',
  title: 'Mark file as favourite',
  description: 'Mark a file or folder as favourite of the user, or take the mark away.',
  app: 'webdav',
  toolset: 'files',
  scopes: ['files:write'],
  effect: 'set',
  uses: ['webdav.set-file-properties'],
  input: z.object({
    path: z.string().describe('Path from the user’s root'),
    favorite: z.boolean().default(true).describe('false takes the mark away'),
  }),
  async run(args, { nextcloud, signal }) {
    const path = pathBelowRoot('path', args.path);
    const user = await nextcloud.userId();
    const favorite = args.favorite ? 1 : 0;
    const reply = await nextcloud
      .execute('webdav.set-file-properties', { user, path, favorite }, { signal })
      .catch((error: unknown) => {
        throw statusOf(error) === 404 ? missing(path) : error;
      });
    // a refusal of one property comes inside of a 207
    if (reply.data[0]?.favorite !== true)
      throw new RelayError('refused', `Nextcloud did not change the mark of ${quoted(path)}.`);
    return { path, is_favorite: args.favorite };
  },
});
