import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { changeCard, newCard } from '../../nextcloud/codecs/vcard-change.ts';
import { contactView } from '../../nextcloud/codecs/vcard-view.ts';
import { defineTool } from '../tool.ts';
import { aboutBook } from './addressbooks.ts';
import { storedView } from './card-view.ts';
import { changesFrom, CONTACT_DATA } from './contact-data.ts';
import { writeCard } from './edit-card.ts';

export const createContact = defineTool({
  name: 'nc_contacts_create_contact',
  title: 'Create contact',
  description: 'Add a contact to an address book. Fails when one of that UID is there already.',
  app: 'carddav',
  toolset: 'contacts',
  scopes: ['contacts:write'],
  effect: 'add',
  uses: ['carddav.write-contact', 'carddav.stored-contact', 'carddav.list-addressbooks'],
  input: z.object({
    addressbook: z.string().min(1).describe('Name of the address book'),
    uid: z
      .string()
      .max(1000)
      .default('')
      .describe('UID of the new contact; empty for a random one'),
    contact_data: z.record(z.string(), z.unknown()).describe(`Its fields. ${CONTACT_DATA}`),
  }),
  async run({ addressbook: book, uid: given, contact_data }, context) {
    const uid = uidFrom(given) ?? context.newId();
    const card = cardFrom(uid, contact_data);
    // names that URLs carry well; others find the card by its UID
    const file = /^[\w][\w.@+=-]{0,190}$/.test(uid) ? `${uid}.vcf` : `${context.newId()}.vcf`;
    const fresh = { book, file, uid, etag: '', text: card.toString() };
    try {
      return storedView(await aboutBook(book, context, writeCard(fresh, undefined, context)));
    } catch (error) {
      if (isTaken(error)) throw taken(book, uid);
      throw error;
    }
  },
});

function uidFrom(given: string): string | undefined {
  const uid = given.trim();

  if (/[\0-\x1f\x7f]/.test(uid) || !uid.isWellFormed())
    throw new RelayError('invalid_argument', "Argument 'uid' must be one line of text.");
  return uid === '' ? undefined : uid;
}

function cardFrom(uid: string, data: Readonly<Record<string, unknown>>): Component {
  const card = newCard(uid, '');
  for (const change of changesFrom(data)) changeCard(card, change);
  const view = contactView(card);
  if (view['fullname'] !== undefined) return named(card, view);
  const fullname = fullnameOf(view);
  if (fullname === '')
    throw new RelayError('invalid_argument', 'contact_data needs fn, the name to show.', {
      hint: CONTACT_DATA,
    });
  changeCard(card, { kind: 'text', property: 'FN', text: fullname });
  return card;
}

/** Phones sort and show by name parts; without them the last word counts as the family name. */
function named(card: Component, view: Readonly<Record<string, unknown>>): Component {
  const words = String(view['fullname']).split(/\s+/);
  if (
    view['name'] !== undefined ||
    (view['kind'] ?? 'individual') !== 'individual' ||
    words.length < 2
  )
    return card;
  const parts = { family: words.at(-1) ?? '', given: words.slice(0, -1).join(' ') };
  changeCard(card, { kind: 'name', parts });
  return card;
}

function fullnameOf(view: Readonly<Record<string, unknown>>): string {
  const parts = (view['name'] ?? {}) as Readonly<Record<string, string>>;
  const name = ['prefix', 'given', 'additional', 'family', 'suffix'].map(
    (part) => parts[part] ?? '',
  );
  const [company = ''] = (view['org'] ?? []) as string[];
  return name.filter((part) => part !== '').join(' ') || company;
}

function isTaken(error: unknown): boolean {
  if (!(error instanceof RelayError)) return false;
  return error.status === 412 || (error.status === 400 && /already exists/i.test(error.message));
}

function taken(book: string, uid: string): RelayError {
  return new RelayError(
    'already_exists',
    `Address book ${JSON.stringify(book)} has a contact ${JSON.stringify(uid)} already.`,
    {
      hint: 'Change it with nc_contacts_update_contact, or create one with another uid.',
      status: 412,
    },
  );
}
