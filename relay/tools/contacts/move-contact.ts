import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { noSuchBook } from './addressbooks.ts';
import { CONTACT } from './arguments.ts';
import { findCard, FINDING, vcardId } from './stored-card.ts';

export const moveContact = defineTool({
  name: 'nc_contacts_move_contact',
  title: 'Move contact',
  description: 'Move a contact to another address book, unchanged.',
  app: 'carddav',
  toolset: 'contacts_extra',
  scopes: ['contacts:write'],
  effect: 'act',
  uses: [...FINDING, 'carddav.move-contact'],
  input: z.object({
    ...CONTACT,
    target_addressbook: z
      .string()
      .min(1)
      .regex(/^[^/\\]+$/)
      .describe('Name of the address book it goes to'),
  }),
  async run({ addressbook, uid, target_addressbook: target }, context) {
    const { nextcloud, signal } = context;
    const stored = await findCard(addressbook, uid, context);
    const user = await nextcloud.userId();
    const Destination = `/addressbooks/users/${user}/${target}/${stored.file}`;
    try {
      await nextcloud.execute(
        'carddav.move-contact',
        { user, addressbook, card: stored.file, Destination },
        { signal },
      );
    } catch (error) {
      const status = error instanceof RelayError ? error.status : undefined;
      if (status === 404 || status === 409) throw await noSuchBook(target, context);
      if (status !== 412) throw error;
      throw new RelayError(
        'already_exists',
        `${JSON.stringify(target)} has a contact of that file name already.`,
        {
          hint: 'Nothing was moved.',
          status: 412,
        },
      );
    }
    return {
      uid: stored.uid,
      vcard_id: vcardId(stored.file),
      addressbook: target,
      moved_from: addressbook,
    };
  },
});
