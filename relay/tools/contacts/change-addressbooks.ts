import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { aboutBook } from './addressbooks.ts';

const BOOK = { app: 'carddav', scopes: ['contacts:write'] } as const;

export const createAddressbook = defineTool({
  ...BOOK,
  name: 'nc_contacts_create_addressbook',
  title: 'Create address book',
  description:
    'Create an address book. Fails when the name is taken; Nextcloud allows few an hour.',
  toolset: 'contacts',
  effect: 'add',
  uses: ['carddav.create-addressbook'],
  input: z.object({
    name: z
      .string()
      .min(1)
      .max(200)
      .regex(/^[^/\\]+$/)
      .describe('Name in addresses and tools, not shown to people'),
    display_name: z.string().min(1).describe('Name shown to people'),
    description: z.string().optional().describe('What it is for'),
  }),
  async run({ name, display_name: displayName, description }, { nextcloud, signal }) {
    const user = await nextcloud.userId();
    const texts = { displayName, ...(description === undefined ? {} : { description }) };
    try {
      await nextcloud.execute(
        'carddav.create-addressbook',
        { user, addressbook: name, ...texts },
        { signal },
      );
    } catch (error) {
      if (!(error instanceof RelayError && error.status === 405)) throw error;
      throw new RelayError(
        'already_exists',
        `There is an address book ${JSON.stringify(name)} already.`,
        {
          hint: 'Nothing was created; choose another name.',
          status: 405,
        },
      );
    }
    return { name, display_name: displayName, created: true };
  },
});

export const updateAddressbook = defineTool({
  ...BOOK,
  name: 'nc_contacts_update_addressbook',
  title: 'Update address book',
  description: 'Change the shown name or the description of an address book.',
  toolset: 'contacts_extra',
  effect: 'replace',
  uses: ['carddav.update-addressbook', 'carddav.list-addressbooks'],
  input: z.object({
    name: z.string().min(1).describe('Name of the address book; it does not change'),
    display_name: z.string().min(1).optional().describe('New shown name'),
    description: z.string().optional().describe('New description; empty removes it'),
  }),
  async run({ name, display_name: displayName, description }, context) {
    if (displayName === undefined && description === undefined)
      throw new RelayError(
        'invalid_argument',
        'Nothing to change: give display_name or description.',
      );
    const user = await context.nextcloud.userId();
    const texts = {
      ...(displayName === undefined ? {} : { displayName }),
      ...(description === undefined ? {} : { description }),
    };
    const request = context.nextcloud.execute(
      'carddav.update-addressbook',
      { user, addressbook: name, ...texts },
      { signal: context.signal },
    );
    const { data } = await aboutBook(name, context, request);
    const refused = Object.values(data[0]?.$errors ?? {});
    if (refused.length > 0)
      throw new RelayError(
        'forbidden',
        `The address book ${JSON.stringify(name)} cannot be changed.`,
        {
          ...(refused[0] === undefined ? {} : { status: refused[0] }),
        },
      );
    return {
      name,
      ...(displayName === undefined ? {} : { display_name: displayName }),
      ...(description === undefined ? {} : { description }),
      updated: true,
    };
  },
});

export const deleteAddressbook = defineTool({
  ...BOOK,
  name: 'nc_contacts_delete_addressbook',
  title: 'Delete address book',
  description:
    'Delete an address book with all its contacts, for good. One that others share with you is only left.',
  toolset: 'contacts',
  effect: 'delete',
  uses: ['carddav.delete-addressbook', 'carddav.list-addressbooks'],
  input: z.object({ name: z.string().min(1).describe('Name of the address book') }),
  async run({ name }, context) {
    const user = await context.nextcloud.userId();
    const args = { user, addressbook: name };
    const request = context.nextcloud.execute('carddav.delete-addressbook', args, {
      signal: context.signal,
    });
    await aboutBook(name, context, request);
    return { deleted: name };
  },
});
