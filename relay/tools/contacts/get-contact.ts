import * as z from 'zod';
import { defineTool } from '../tool.ts';
import { CONTACT } from './arguments.ts';
import { storedView } from './card-view.ts';
import { findCard, FINDING } from './stored-card.ts';

export const getContact = defineTool({
  name: 'nc_contacts_get_contact',
  title: 'Get contact',
  description: 'Read one contact with all its fields. Its etag guards a later change.',
  app: 'carddav',
  toolset: 'contacts',
  scopes: ['contacts:read'],
  effect: 'read',
  uses: FINDING,
  input: z.object({
    ...CONTACT,
    raw: z.boolean().default(false).describe('Give the stored vCard too, as addressdata'),
  }),
  async run({ addressbook, uid, raw }, context) {
    const stored = await findCard(addressbook, uid, context);
    return { ...storedView(stored), ...(raw ? { addressdata: stored.text } : {}) };
  },
});
