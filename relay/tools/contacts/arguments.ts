import * as z from 'zod';

/** Which contact is meant. */
export const CONTACT = {
  addressbook: z.string().min(1).describe('Name of the address book'),
  uid: z.string().min(1).max(1000).describe('UID of the contact, or its vcard_id'),
};

export const ETAG = z
  .string()
  .default('')
  .describe('ETag of your reading; refused when the contact was changed since');
