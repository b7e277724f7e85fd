import type { BinaryData, Nextcloud } from '../nextcloud/nextcloud.ts';
import { completeEvent, eventResource } from '../tools/calendar/event-resource.ts';
import { completeContact } from '../tools/contacts/contact-completion.ts';
import { findCard } from '../tools/contacts/stored-card.ts';
import { completePath, fileResource } from '../tools/files/file-resource.ts';

/** Variables of a template, decoded. */
export type Variables = Readonly<Record<string, string>>;

export interface ResourceEntry {
  /** A fixed URI, or a template: `{name}` matches one path segment, `{+name}` a path. */
  readonly uri: string;
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** Undefined when the content says itself (attachments). */
  readonly mimeType?: string;
  readonly app: string;
  readonly scope: string;
  /** The one request behind it. */
  readonly operation: string;
  readonly args?: (variables: Variables) => Readonly<Record<string, unknown>>;
  /** The part of the answer that is the resource. */
  readonly part?: (data: Readonly<Record<string, unknown>>) => unknown;
  /** Reads what takes more than that one request: a text of `mimeType`, or bytes with their own type. */
  readonly read?: (variables: Variables, reading: Reading) => Promise<string | BinaryData>;
  /** Values for a variable, where a list operation does not give them. */
  readonly complete?: (asked: CompletionAsked, reading: Reading) => Promise<Completions>;
}

export interface CompletionAsked {
  /** The variable. */
  readonly name: string;
  readonly typed: string;
  /** Variables that have a value already. */
  readonly chosen: Variables;
}

export interface Completions {
  readonly values: readonly string[];
  /** Whether the server has others that were not asked for. */
  readonly more: boolean;
}

/** Whose resource it is. */
export interface Reading {
  readonly nextcloud: Nextcloud;
  readonly signal: AbortSignal;
}

const JSON_TYPE = 'application/json';

const NOTES = { app: 'notes', scope: 'notes:read' } as const;
const DECK = { app: 'deck', scope: 'deck:read', mimeType: JSON_TYPE } as const;
const COOKBOOK = { app: 'cookbook', scope: 'cookbook:read', mimeType: JSON_TYPE } as const;

const board = ({ board_id }: Variables) => ({ boardId: Number(board_id) });
const stack = (variables: Variables) => ({
  ...board(variables),
  stackId: Number(variables.stack_id),
});
const card = (variables: Variables) => ({ ...stack(variables), cardId: Number(variables.card_id) });

/** What can be read as a resource, beside `nc://capabilities`, which every server has. */
export const RESOURCES: readonly ResourceEntry[] = [
  {
    ...NOTES,
    uri: 'notes://settings',
    name: 'notes_settings',
    title: 'Notes settings',
    description: 'Folder, file suffix and editor mode of the Notes app',
    mimeType: JSON_TYPE,
    operation: 'notes.get-settings',
  },
  {
    ...NOTES,
    uri: 'nc://Notes/{note_id}',
    name: 'note',
    title: 'Note',
    description: 'One note with its Markdown content',
    mimeType: JSON_TYPE,
    operation: 'notes.get-note',
    args: ({ note_id }) => ({ id: Number(note_id) }),
  },
  {
    ...NOTES,
    uri: 'nc://Notes/{note_id}/attachments/{attachment_filename}',
    name: 'note_attachment',
    title: 'Attachment of a note',
    description: 'A file attached to a note, as it is',
    operation: 'notes.get-attachment',
    args: ({ note_id, attachment_filename }) => ({
      noteid: Number(note_id),
      path: `.attachments.${String(note_id)}/${String(attachment_filename)}`,
    }),
  },
  {
    ...DECK,
    uri: 'nc://Deck/boards',
    name: 'deck_boards',
    title: 'Deck boards',
    description: 'Every board this user sees',
    operation: 'deck.list-boards',
  },
  {
    ...DECK,
    uri: 'nc://Deck/boards/{board_id}',
    name: 'deck_board',
    title: 'Deck board',
    description: 'One board with labels, members and permissions',
    operation: 'deck.get-board',
    args: board,
  },
  {
    ...DECK,
    uri: 'nc://Deck/boards/{board_id}/stacks',
    name: 'deck_stacks',
    title: 'Stacks of a board',
    description: 'The stacks of a board with their cards',
    operation: 'deck.list-stacks',
    args: board,
  },
  {
    ...DECK,
    uri: 'nc://Deck/boards/{board_id}/stacks/{stack_id}',
    name: 'deck_stack',
    title: 'Stack',
    description: 'One stack with its cards',
    operation: 'deck.get-stack',
    args: stack,
  },
  {
    ...DECK,
    uri: 'nc://Deck/boards/{board_id}/stacks/{stack_id}/cards',
    name: 'deck_cards',
    title: 'Cards of a stack',
    description: 'The cards of a stack that are not archived',
    operation: 'deck.get-stack',
    args: stack,
    part: ({ cards }) => cards ?? [],
  },
  {
    ...DECK,
    uri: 'nc://Deck/boards/{board_id}/stacks/{stack_id}/cards/{card_id}',
    name: 'deck_card',
    title: 'Card',
    description: 'One card with its description, labels and people',
    operation: 'deck.get-card',
    args: card,
  },
  {
    ...DECK,
    uri: 'nc://Deck/boards/{board_id}/labels',
    name: 'deck_labels',
    title: 'Labels of a board',
    description: 'The labels a board’s cards can carry',
    operation: 'deck.get-board',
    args: board,
    part: ({ labels }) => labels ?? [],
  },
  {
    ...DECK,
    uri: 'nc://Deck/boards/{board_id}/labels/{label_id}',
    name: 'deck_label',
    title: 'Label',
    description: 'One label of a board',
    operation: 'deck.get-label',
    args: (variables) => ({ ...board(variables), labelId: Number(variables.label_id) }),
  },
  {
    ...COOKBOOK,
    uri: 'cookbook://version',
    name: 'cookbook_version',
    title: 'Cookbook version',
    description: 'Versions of the Cookbook app and its API',
    operation: 'cookbook.version',
  },
  {
    ...COOKBOOK,
    uri: 'cookbook://config',
    name: 'cookbook_config',
    title: 'Cookbook settings',
    description: 'Recipe folder, update interval and what recipes show',
    operation: 'cookbook.getConfig',
  },
  {
    ...COOKBOOK,
    uri: 'nc://Cookbook/{recipe_id}',
    name: 'recipe',
    title: 'Recipe',
    description: 'One recipe in schema.org form',
    operation: 'cookbook.recipeDetails',
    args: ({ recipe_id }) => ({ id: recipe_id }),
  },
  {
    uri: 'nc://Calendar/{calendar}/{uid}',
    name: 'event',
    title: 'Event',
    description:
      'One event, or a series with its exceptions, as the iCalendar text it is stored as',
    mimeType: 'text/calendar',
    app: 'caldav',
    scope: 'calendar:read',
    operation: 'caldav.read-calendar-object',
    read: ({ calendar, uid }, reading) => eventResource(String(calendar), String(uid), reading),
    complete: completeEvent,
  },
  {
    uri: 'nc://Contacts/{addressbook}/{uid}',
    name: 'contact',
    title: 'Contact',
    description: 'One contact as the vCard it is stored as',
    mimeType: 'text/vcard',
    app: 'carddav',
    scope: 'contacts:read',
    operation: 'carddav.stored-contact',
    read: async ({ addressbook, uid }, reading) =>
      (await findCard(String(addressbook), String(uid), reading)).text,
    complete: completeContact,
  },
  {
    uri: 'nc://Files/{+path}',
    name: 'file',
    title: 'File',
    description: 'A file of the user as it is, by its path',
    app: 'webdav',
    scope: 'files:read',
    operation: 'webdav.read-file',
    read: ({ path }, reading) => fileResource(String(path), reading),
    complete: completePath,
  },
];
