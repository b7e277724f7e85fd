import type { DefinedTool } from '../tool.ts';
import { createAddressbook, deleteAddressbook, updateAddressbook } from './change-addressbooks.ts';
import { createContact } from './create-contact.ts';
import { deleteContact } from './delete-contact.ts';
import { getContact } from './get-contact.ts';
import { changeGroup, listGroups } from './groups.ts';
import { listAddressbooks } from './list-addressbooks.ts';
import { listContacts } from './list-contacts.ts';
import { moveContact } from './move-contact.ts';
import { getPhoto, setPhoto } from './photos.ts';
import { searchContacts } from './search-contacts.ts';
import { shareAddressbook } from './share-addressbook.ts';
import { updateContact } from './update-contact.ts';

export const contactsTools: readonly DefinedTool[] = [
  listAddressbooks,
  listContacts,
  searchContacts,
  getContact,
  createContact,
  updateContact,
  deleteContact,
  createAddressbook,
  deleteAddressbook,
  updateAddressbook,
  shareAddressbook,
  moveContact,
  listGroups,
  changeGroup,
  getPhoto,
  setPhoto,
];
