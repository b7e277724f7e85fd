import * as z from 'zod';
import type { ResultOf } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { nodeInput, nodeOf } from './node.ts';

const PERMISSIONS = ['read', 'create', 'update', 'delete', 'manage'] as const;
type Permission = (typeof PERMISSIONS)[number];
type Share = ResultOf<'tables.api1-get-share'>;

const permissionsInput = z.array(z.enum(PERMISSIONS)).min(1);

const FIELDS = {
  read: 'permissionRead',
  create: 'permissionCreate',
  update: 'permissionUpdate',
  delete: 'permissionDelete',
  manage: 'permissionManage',
} as const satisfies Record<Permission, keyof Share>;

function shareView(share: Share): Record<string, unknown> {
  return {
    id: share.id,
    node_type: share.nodeType,
    node_id: share.nodeId,
    receiver: share.receiver,
    receiver_type: share.receiverType,
    permissions: PERMISSIONS.filter((name) => share[FIELDS[name]]),
  };
}

export const listShares = defineTool({
  name: 'nc_tables_list_shares',
  title: 'List table shares',
  description: 'List with whom a table or view is shared, and what they may do.',
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:read'],
  effect: 'read',
  uses: ['tables.api1-index-table-shares', 'tables.api1-index-view-shares'],
  input: z.object(nodeInput),
  async run(args, { nextcloud, signal }) {
    const node = nodeOf(args);
    const { data } =
      node.type === 'table'
        ? await nextcloud.execute(
            'tables.api1-index-table-shares',
            { tableId: node.id },
            { signal },
          )
        : await nextcloud.execute('tables.api1-index-view-shares', { viewId: node.id }, { signal });
    return { shares: data.map(shareView), total: data.length };
  },
});

export const createShare = defineTool({
  name: 'nc_tables_create_share',
  title: 'Share table',
  description:
    'Share a table, a view or an application (context) with a user or group of this Nextcloud.',
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:write'],
  effect: 'add',
  uses: ['tables.api1-create-share'],
  input: z.object({
    node_type: z
      .enum(['table', 'view', 'context'])
      .describe('What to share; context is an application'),
    node_id: z.int().describe('Its id'),
    receiver: z.string().min(1).describe('User id or group id'),
    receiver_type: z.enum(['user', 'group']).default('user').describe('Kind of receiver'),
    permissions: permissionsInput.default(['read']).describe('What they may do'),
  }),
  async run(args, { nextcloud, signal }) {
    const granted = Object.fromEntries(
      PERMISSIONS.map((name) => [FIELDS[name], args.permissions.includes(name)]),
    );
    const { data } = await nextcloud.execute(
      'tables.api1-create-share',
      {
        nodeId: args.node_id,
        nodeType: args.node_type,
        receiver: args.receiver,
        receiverType: args.receiver_type,
        ...granted,
      },
      { signal },
    );
    return shareView(data);
  },
});

/** One request changes one permission: only those that differ are sent, grants before removals. */
export const updateShare = defineTool({
  name: 'nc_tables_update_share',
  title: 'Update table share',
  description: 'Set what the receiver of a share may do.',
  app: 'tables',
  toolset: 'tables_extra',
  scopes: ['tables:write'],
  effect: 'set',
  uses: ['tables.api1-get-share', 'tables.api1-update-share-permissions'],
  input: z.object({
    share_id: z.int().describe('Id from nc_tables_list_shares'),
    permissions: permissionsInput.describe('All they may do from now on'),
  }),
  async run({ share_id: shareId, permissions }, context) {
    const { nextcloud, signal } = context;
    let { data: share } = await nextcloud.execute('tables.api1-get-share', { shareId }, { signal });
    const before = share;
    const changes = PERMISSIONS.filter(
      (name) => before[FIELDS[name]] !== permissions.includes(name),
    ).sort((a, b) => Number(permissions.includes(b)) - Number(permissions.includes(a)));
    for (const [done, name] of changes.entries()) {
      await context.progress(done, changes.length);
      const change = { shareId, permissionType: name, permissionValue: permissions.includes(name) };
      share = (await nextcloud.execute('tables.api1-update-share-permissions', change, { signal }))
        .data;
    }
    refuseUnless(share, permissions);
    return shareView(share);
  },
});

/** Tables answers 200 also when a permission did not change (an application's share, for one). */
function refuseUnless(share: Share, wanted: readonly Permission[]): void {
  const kept = PERMISSIONS.filter((name) => share[FIELDS[name]] !== wanted.includes(name));
  if (kept.length === 0) return;
  throw new RelayError(
    'refused',
    `Nextcloud did not change these permissions: ${kept.join(', ')}.`,
  );
}
