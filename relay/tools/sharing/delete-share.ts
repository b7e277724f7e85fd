import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { aboutShare, shareId } from './share-fields.ts';

export const deleteShare = defineTool({
  name: 'nc_share_delete',
  title: 'Delete share',
  description:
    'Stop sharing; the file stays. For a share received it only leaves the share; one of a group or room can be had back with nc_share_restore.',
  app: 'files_sharing',
  toolset: 'sharing',
  scopes: ['sharing:write'],
  effect: 'delete',
  uses: ['files_sharing.shareapi-delete-share'],
  input: z.object({ share_id: shareId }),
  async run({ share_id: id }, { nextcloud, signal }) {
    const request = nextcloud.execute(
      'files_sharing.shareapi-delete-share',
      { id: String(id) },
      { signal },
    );
    await aboutShare(id, request);
    return { success: true, message: `Share ${String(id)} deleted` };
  },
});
