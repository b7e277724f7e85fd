import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { CONTACT, ETAG } from './arguments.ts';
import { storedView } from './card-view.ts';
import { plainEtag, sentEtag } from './etag.ts';
import { findCard, FINDING, vcardId } from './stored-card.ts';

export const deleteContact = defineTool({
  name: 'nc_contacts_delete_contact',
  title: 'Delete contact',
  description: 'Delete a contact for good: contacts have no trash bin.',
  app: 'carddav',
  toolset: 'contacts',
  scopes: ['contacts:write'],
  effect: 'delete',
  uses: [...FINDING, 'carddav.delete-contact'],
  input: z.object({ ...CONTACT, etag: ETAG }),
  async run({ addressbook, uid, etag }, context) {
    const { nextcloud, signal } = context;
    const stored = await findCard(addressbook, uid, context);
    if (etag !== '' && etag !== '*' && plainEtag(etag) !== stored.etag) {
      throw new RelayError(
        'conflict',
        `The contact ${JSON.stringify(stored.uid)} was changed meanwhile; it was not deleted.`,
        {
          hint: 'Look at details.current and decide with its etag.',
          status: 412,
          details: { current: storedView(stored) },
        },
      );
    }
    const user = await nextcloud.userId();
    const condition = { 'If-Match': sentEtag(stored.etag) };
    await nextcloud.execute(
      'carddav.delete-contact',
      { user, addressbook, card: stored.file, ...condition },
      { signal },
    );
    return { addressbook, deleted_uid: stored.uid, vcard_id: vcardId(stored.file) };
  },
});
