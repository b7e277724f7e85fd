import * as z from 'zod';
import { defineTool } from '../tool.ts';

/** Fields people may change in their own account; which of them a server allows is `nc_profile_list_editable_fields`. */
const FIELDS = [
  'displayname',
  'email',
  'additional_mail',
  'phone',
  'address',
  'website',
  'twitter',
  'bluesky',
  'fediverse',
  'organisation',
  'role',
  'headline',
  'biography',
  'pronouns',
  'birthdate',
  'language',
  'locale',
  'timezone',
  'profile_enabled',
] as const;

/**
 * Composed because the request names the account: the operation may change any user, this tool only the caller, so
 * it gets by with `user:write`. The value is read back, as the server answers a change with an empty body.
 */
export const updateProfile = defineTool({
  name: 'nc_profile_update_profile',
  title: 'Update own profile',
  description:
    'Change one field of your own account, such as phone, role, biography or language. nc_profile_list_editable_fields tells what this server lets you change.',
  app: 'provisioning_api',
  toolset: 'user',
  scopes: ['user:write'],
  effect: 'replace',
  uses: ['provisioning_api.users-edit-user', 'provisioning_api.users-get-current-user'],
  input: z.object({
    field: z.enum(FIELDS).describe('Field to change; additional_mail adds a further address'),
    value: z.string().describe('New value; empty clears the field'),
  }),
  async run({ field, value }, { nextcloud, signal }) {
    const userId = await nextcloud.userId();
    await nextcloud.execute(
      'provisioning_api.users-edit-user',
      { userId, key: field, value },
      { signal },
    );
    const { data } = await nextcloud.execute(
      'provisioning_api.users-get-current-user',
      {},
      { signal },
    );
    const now = (data as Readonly<Record<string, unknown>>)[field];
    return { user_id: userId, field, ...(now === undefined || now === null ? {} : { value: now }) };
  },
});
