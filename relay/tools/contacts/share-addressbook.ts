import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { aboutBook, lastSegment, PRINCIPALS, readBooks, shareView } from './addressbooks.ts';

export const shareAddressbook = defineTool({
  name: 'nc_contacts_share_addressbook',
  title: 'Share address book',
  description:
    'Share an address book with a user, group or team, change the right to write, or end the share.',
  app: 'carddav',
  toolset: 'contacts_extra',
  scopes: ['contacts:write'],
  effect: 'set',
  uses: ['carddav.share-addressbook', 'carddav.list-addressbooks'],
  input: z.object({
    addressbook: z.string().min(1).describe('Name of the address book'),
    share_with: z.string().min(1).describe('Id of the user, group or team'),
    share_type: z.enum(['user', 'group', 'team']).default('user').describe('What share_with is'),
    writable: z.boolean().default(false).describe('May change contacts too'),
    remove: z.boolean().default(false).describe('End the share instead'),
  }),
  async run({ addressbook, share_with, share_type, writable, remove }, context) {
    const { nextcloud, signal } = context;
    const user = await nextcloud.userId();
    const principal = `principal:principals/${PRINCIPALS[share_type]}/${encodeURIComponent(share_with)}`;
    const wish = remove
      ? { remove: principal }
      : { add: principal, ...(writable ? { writable } : {}) };
    const request = nextcloud.execute(
      'carddav.share-addressbook',
      { user, addressbook, ...wish },
      { signal },
    );
    await aboutBook(addressbook, context, request);
    // Nextcloud answers 200 even when there is nobody of that name
    const book = (await readBooks(context)).find(({ href }) => lastSegment(href) === addressbook);
    const shared_with = (book?.shares ?? []).map(shareView);
    const there = shared_with.some(
      (one) => one['share_with'] === share_with && one['share_type'] === share_type,
    );
    if (there === remove) {
      throw new RelayError('refused', `Nextcloud did not ${remove ? 'end' : 'make'} this share.`, {
        hint: `Is ${JSON.stringify(share_with)} the id of a ${share_type} that may be shared with?`,
        details: { shared_with },
      });
    }
    return { addressbook, shared_with };
  },
});
