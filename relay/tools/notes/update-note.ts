import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import { aboutNote, isOutdated } from './note-errors.ts';
import type { Note } from './note-view.ts';
import { noteSummary, noteView } from './note-view.ts';

const input = z.object({
  note_id: z.int().describe('Id of the note'),
  etag: z
    .string()
    .min(1)
    .describe('etag of the note as last read; the change is refused when it is outdated'),
  title: z.string().max(100).nullable().optional().describe('New title; leave out to keep'),
  content: z
    .string()
    .nullable()
    .optional()
    .describe('New text, replaces the whole text; empty clears it; leave out to keep'),
  category: z
    .string()
    .nullable()
    .optional()
    .describe('New folder, sub-folders separated by /; empty for none; leave out to keep'),
  favorite: z
    .boolean()
    .nullable()
    .optional()
    .describe('Mark as favourite or not; leave out to keep'),
});

type Arguments = z.output<typeof input>;

const CHANGEABLE = ['title', 'content', 'category', 'favorite'] as const;

/** Composed, because the write is conditional, and a refusal tells how the note looks now. */
export const updateNote = defineTool({
  name: 'nc_notes_update_note',
  title: 'Update note',
  description:
    'Change title, text, category or favourite of a note; what is left out stays. Needs the etag from reading the ' +
    'note and fails, changing nothing, when someone changed the note since. To add text, nc_notes_append_content is safer.',
  app: 'notes',
  toolset: 'notes',
  scopes: ['notes:write'],
  effect: 'replace',
  uses: ['notes.update-note'],
  input,
  async run(args, context) {
    const changes = changesIn(args);
    const { nextcloud, signal } = context;
    try {
      const reply = await aboutNote(
        args.note_id,
        nextcloud.execute(
          'notes.update-note',
          { id: args.note_id, ...changes },
          { signal, headers: { 'If-Match': quoted(args.etag) } },
        ),
      );
      return noteSummary(reply.data, nextcloud.publicUrl);
    } catch (error) {
      throw isOutdated(error) ? conflict(args.note_id, changes, error, nextcloud.publicUrl) : error;
    }
  },
});

type Changes = { [F in (typeof CHANGEABLE)[number]]?: NonNullable<Arguments[F]> };

/** An empty text is a value here; only null and absence mean "keep". */
function changesIn(args: Arguments): Changes {
  const given = CHANGEABLE.filter((field) => args[field] !== undefined && args[field] !== null);
  if (given.length === 0) {
    throw new RelayError('invalid_argument', 'Nothing to change was given.', {
      hint: `Give at least one of ${CHANGEABLE.join(', ')}.`,
    });
  }
  return Object.fromEntries(given.map((field) => [field, args[field]]));
}

/** Notes refuses with the note as it is now, which tells what to merge without another request. */
function conflict(
  id: number,
  changes: Changes,
  refusal: RelayError,
  publicUrl: string,
): RelayError {
  const current = refusal.details?.['current'] as Note | undefined;
  const fields = Object.keys(changes) as (keyof Changes)[];
  return new RelayError(
    'conflict',
    `Note ${String(id)} has been modified by someone else. Please refresh and try again.`,
    {
      hint: 'Read the note again, merge your change into it, and call with its etag.',
      status: 412,
      details:
        current === undefined
          ? {}
          : {
              differs_from_yours: fields.filter((field) => current[field] !== changes[field]),
              current: noteView(current, publicUrl),
            },
      cause: refusal,
    },
  );
}

/** The JSON field `etag` comes bare, the header wants quotes; models pass either. */
export function quoted(etag: string): string {
  return `"${etag.replace(/^W\//, '').replaceAll('"', '')}"`;
}
