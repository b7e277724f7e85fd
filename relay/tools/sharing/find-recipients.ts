import * as z from 'zod';
import type { ResultOf } from '../../../openapi/index.ts';
import { defineTool } from '../tool.ts';

type Found =
  | ResultOf<'files_sharing.shareesapi-search'>
  | ResultOf<'files_sharing.shareesapi-find-recommended'>;

interface Sharee {
  readonly label: string;
  readonly shareWithDisplayNameUnique?: string;
  readonly value: { readonly shareType: number; readonly shareWith: string };
}

/** Kinds of recipients as the answers sort them; `lookup` is the global address book. */
const KINDS = [
  'users',
  'groups',
  'circles',
  'emails',
  'remotes',
  'remote_groups',
  'rooms',
  'lookup',
] as const;

/** Flattens the answer, which sorts by kind and by exactness, into one list in order of fit. */
export const findRecipients = defineTool({
  name: 'nc_share_find_recipients',
  title: 'Find people to share with',
  description:
    'Find users, groups, teams, mail addresses and rooms to share with; gives share_type and share_with for nc_share_create. Without a search: whom the user shares with most.',
  app: 'files_sharing',
  toolset: 'sharing',
  scopes: ['sharing:read'],
  effect: 'read',
  uses: ['files_sharing.shareesapi-search', 'files_sharing.shareesapi-find-recommended'],
  input: z.object({
    search: z.string().default('').describe('Part of a name, id or mail address'),
    limit: z.int().min(1).max(200).default(25).describe('How many of each kind'),
  }),
  async run({ search, limit }, { nextcloud, signal }) {
    // compulsory in fact: without it the server answers 400
    const itemType = 'file';
    const { data } =
      search.trim() === ''
        ? await nextcloud.execute(
            'files_sharing.shareesapi-find-recommended',
            { itemType },
            { signal },
          )
        : await nextcloud.execute(
            'files_sharing.shareesapi-search',
            { itemType, search: search.trim(), perPage: limit },
            { signal },
          );
    const recipients = recipientsIn(data);
    return { recipients, total: recipients.length };
  },
});

function recipientsIn(found: Found): Record<string, unknown>[] {
  const groups = found as unknown as Partial<Record<string, readonly Sharee[]>>;
  const exact = found.exact as unknown as Partial<Record<string, readonly Sharee[]>>;
  const inOrder = [
    ...KINDS.flatMap((kind) => exact[kind] ?? []).map((sharee) => ({ sharee, exact: true })),
    ...KINDS.flatMap((kind) => groups[kind] ?? []).map((sharee) => ({ sharee, exact: false })),
  ];
  return inOrder.map(({ sharee, exact: isExact }) => ({
    share_type: sharee.value.shareType,
    share_with: sharee.value.shareWith,
    name: sharee.label,
    ...(sharee.shareWithDisplayNameUnique
      ? { unique_name: sharee.shareWithDisplayNameUnique }
      : {}),
    ...(isExact ? { exact: true } : {}),
  }));
}
