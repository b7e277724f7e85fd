import type { ResultOf } from '../../../openapi/index.ts';
import { permissionNames } from './permissions.ts';

export type Share = ResultOf<'files_sharing.shareapi-update-share'>;

const TYPES: Readonly<Record<number, string>> = {
  0: 'user',
  1: 'group',
  3: 'public_link',
  4: 'email',
  6: 'other_server_user',
  7: 'team',
  9: 'other_server_group',
  10: 'talk_room',
  12: 'deck_card',
};

/**
 * What matters of a share. The answer of the server carries the hash of a link's password, in `password` and again in
 * `share_with`: neither leaves here.
 */
export function shareView(share: Share): Record<string, unknown> {
  const isLink = share.share_type === 3;
  const shown: Record<string, unknown> = {
    id: share.id,
    path: share.path,
    item_type: share.item_type,
    file_id: share.file_source,
    share_type: share.share_type,
    kind: TYPES[share.share_type],
    share_with: isLink ? null : share.share_with,
    share_with_name: isLink ? null : share.share_with_displayname,
    permissions: share.permissions,
    allows: permissionNames(share.permissions),
    owner: share.uid_owner,
    expires: share.expiration?.slice(0, 10),
    note: share.note,
    label: share.label,
    has_password: isLink || share.share_type === 4 ? typeof share.password === 'string' : null,
    hide_download: share.hide_download === 1 ? true : null,
    created: new Date(share.stime * 1000).toISOString().replace('.000Z', 'Z'),
    url: share.url,
  };
  return Object.fromEntries(
    Object.entries(shown).filter(
      ([, value]) => value !== undefined && value !== null && value !== '',
    ),
  );
}
