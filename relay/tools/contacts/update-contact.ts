import * as z from 'zod';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import type { CardChange } from '../../nextcloud/codecs/vcard-change.ts';
import { changeCard } from '../../nextcloud/codecs/vcard-change.ts';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { CONTACT, ETAG } from './arguments.ts';
import { storedView } from './card-view.ts';
import { changesFrom, CONTACT_DATA } from './contact-data.ts';
import { EDITING, editCard } from './edit-card.ts';

export const updateContact = defineTool({
  name: 'nc_contacts_update_contact',
  title: 'Update contact',
  description:
    'Change fields of a contact; everything else of it stays as it is. An empty value clears a field, a list replaces ' +
    'all values, a single value only the first.',
  app: 'carddav',
  toolset: 'contacts',
  scopes: ['contacts:write'],
  effect: 'replace',
  uses: EDITING,
  input: z.object({
    ...CONTACT,
    contact_data: z
      .record(z.string(), z.unknown())
      .describe('Fields to change, as in nc_contacts_create_contact'),
    etag: ETAG,
  }),
  async run({ addressbook: book, uid, contact_data, etag }, context) {
    const changes = changesFrom(contact_data);
    if (changes.some(clearsName))
      throw new RelayError('invalid_argument', 'A contact must keep a name: fn cannot be empty.', {
        hint: CONTACT_DATA,
      });
    const condition = etag === '' || etag === '*' ? undefined : etag;
    const edit = (card: Component): void => changes.forEach((change) => changeCard(card, change));
    const { stored, changed } = await editCard({ book, uid, etag: condition }, edit, context);
    return { ...storedView(stored), changed };
  },
});

function clearsName(change: CardChange): boolean {
  return change.kind === 'text' && change.property === 'FN' && change.text === '';
}
