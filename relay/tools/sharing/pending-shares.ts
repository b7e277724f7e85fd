import * as z from 'zod';
import type { ResultOf } from '../../../openapi/index.ts';
import { defineTool } from '../tool.ts';
import { aboutShare, shareId } from './share-fields.ts';
import { shareView } from './share-view.ts';

type RemoteShare = ResultOf<'files_sharing.remote-get-open-shares'>[number];

/** Shares wait in two places: those of this server, and those of others. */
export const listPending = defineTool({
  name: 'nc_share_list_pending',
  title: 'List pending shares',
  description:
    'List shares that wait to be accepted, from this server and (remote: true) from others.',
  app: 'files_sharing',
  toolset: 'sharing_extra',
  scopes: ['sharing:read'],
  effect: 'read',
  uses: ['files_sharing.shareapi-pending-shares', 'files_sharing.remote-get-open-shares'],
  input: z.object({}),
  async run(_args, { nextcloud, signal }) {
    const [local, remote] = await Promise.all([
      nextcloud.execute('files_sharing.shareapi-pending-shares', {}, { signal }),
      nextcloud.execute('files_sharing.remote-get-open-shares', {}, { signal }),
    ]);
    const shares = [...local.data.map(shareView), ...remote.data.map(remoteView)];
    return { shares, total: shares.length };
  },
});

/** Leaves out the token, which opens the share on the other server. */
function remoteView(share: RemoteShare): Record<string, unknown> {
  return {
    id: String(share.id),
    remote: true,
    name: share.name,
    owner: share.owner,
    server: share.remote,
  };
}

const answerInput = z.object({
  share_id: shareId,
  remote: z.boolean().default(false).describe('It comes from another server, as listed'),
});

export const acceptShare = defineTool({
  name: 'nc_share_accept',
  title: 'Accept share',
  description: 'Accept a pending share: it then appears in the files.',
  app: 'files_sharing',
  toolset: 'sharing_extra',
  scopes: ['sharing:write'],
  effect: 'set',
  uses: ['files_sharing.shareapi-accept-share', 'files_sharing.remote-accept-share'],
  input: answerInput,
  async run({ share_id: id, remote }, { nextcloud, signal }) {
    const key = remote
      ? 'files_sharing.remote-accept-share'
      : 'files_sharing.shareapi-accept-share';
    await aboutShare(id, nextcloud.executeByKey(key, { id }, { signal }));
    return { success: true, message: `Share ${String(id)} accepted` };
  },
});

/** Declining a share of this server is deleting it as its recipient. */
export const declineShare = defineTool({
  name: 'nc_share_decline',
  title: 'Decline share',
  description: 'Decline a pending share. It does not come back by itself.',
  app: 'files_sharing',
  toolset: 'sharing_extra',
  scopes: ['sharing:write'],
  effect: 'delete',
  uses: ['files_sharing.shareapi-delete-share', 'files_sharing.remote-decline-share'],
  input: answerInput,
  async run({ share_id: id, remote }, { nextcloud, signal }) {
    const key = remote
      ? 'files_sharing.remote-decline-share'
      : 'files_sharing.shareapi-delete-share';
    await aboutShare(id, nextcloud.executeByKey(key, { id }, { signal }));
    return { success: true, message: `Share ${String(id)} declined` };
  },
});
