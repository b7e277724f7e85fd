import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { changeCard } from '../../nextcloud/codecs/vcard-change.ts';
import { categoriesOf } from '../../nextcloud/codecs/vcard-view.ts';
import { openCard } from '../../nextcloud/codecs/vcard.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { aboutBook, lastSegment, readBooks } from './addressbooks.ts';
import { EDITING, editCard } from './edit-card.ts';

/** Groups exist only as CATEGORIES of cards, so they are counted from those that have any. */
export const listGroups = defineTool({
  name: 'nc_contacts_list_groups',
  title: 'List contact groups',
  description:
    'List the groups that contacts are in, with the number of contacts per address book.',
  app: 'carddav',
  toolset: 'contacts_extra',
  scopes: ['contacts:read'],
  effect: 'read',
  uses: ['carddav.query-addressbook', 'carddav.list-addressbooks'],
  input: z.object({ addressbook: z.string().optional().describe('Only in this address book') }),
  async run({ addressbook }, context) {
    const books =
      addressbook === undefined
        ? (await readBooks(context)).map(({ href }) => lastSegment(href))
        : [addressbook];
    const groups: Record<string, unknown>[] = [];
    for (const book of books) {
      for (const [group, contacts] of await groupsIn(book, context))
        groups.push({ group, addressbook: book, contacts });
    }
    return { groups, total: groups.length };
  },
});

async function groupsIn(book: string, context: ToolContext): Promise<[string, number][]> {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const property = 'CATEGORIES';
  const args = { user, addressbook: book, properties: [property], conditions: [{ property }] };
  const request = nextcloud.execute('carddav.query-addressbook', args, { signal });
  const { data } = await aboutBook(book, context, request);
  const counts = new Map<string, number>();
  for (const group of data.flatMap((row) =>
    row.data === undefined ? [] : categoriesOf(openCard(row.data).card),
  ))
    counts.set(group, (counts.get(group) ?? 0) + 1);
  return [...counts].sort(([a], [b]) => (a < b ? -1 : 1));
}

export const changeGroup = defineTool({
  name: 'nc_contacts_change_group',
  title: 'Change contact group',
  description:
    'Put contacts into a group or take them out; a group is there as long as a contact is in it. Answers per contact; ' +
    'nothing else of a contact changes.',
  app: 'carddav',
  toolset: 'contacts_extra',
  scopes: ['contacts:write'],
  effect: 'set',
  uses: EDITING,
  input: z.object({
    addressbook: z.string().min(1).describe('Name of the address book'),
    group: z.string().trim().min(1).describe('Name of the group'),
    uids: z.array(z.string().min(1)).min(1).max(200).describe('UIDs of the contacts'),
    action: z.enum(['add', 'remove']).default('add').describe('Put in or take out'),
  }),
  async run({ addressbook, group, uids, action }, context) {
    const results: Record<string, unknown>[] = [];
    for (const uid of new Set(uids)) {
      context.signal.throwIfAborted();
      results.push({ uid, ...(await changeOne(addressbook, uid, { group, action }, context)) });
      await context.progress(results.length, uids.length);
    }
    const changed = results.filter((one) => one['changed'] === true).length;
    return { group, changed, failed: results.filter((one) => 'error' in one).length, results };
  },
});

async function changeOne(
  book: string,
  uid: string,
  { group, action }: { group: string; action: 'add' | 'remove' },
  context: ToolContext,
): Promise<Record<string, unknown>> {
  try {
    const { changed } = await editCard(
      { book, uid },
      (card) => {
        const others = categoriesOf(card).filter((one) => one !== group);
        const values = action === 'add' ? [...others, group] : others;
        changeCard(card, { kind: 'list', property: 'CATEGORIES', values });
      },
      context,
    );
    return { changed };
  } catch (error) {
    // one missing contact must not hide what happened to the others
    if (error instanceof RelayError && ['not_found', 'conflict', 'forbidden'].includes(error.code))
      return { error: error.code, message: error.message };
    throw error;
  }
}
