import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import type { ToolContext } from '../tool.ts';
import { matchOf, termsOf } from './note-match.ts';
import type { Match } from './note-match.ts';
import type { Note } from './note-view.ts';
import { noteSummary } from './note-view.ts';
import { notesIn } from './notes-in-chunks.ts';

/** Notes whose text is read at most when the server's own search finds nothing. */
const SCAN_LIMIT = 3000;

interface Found extends Match {
  readonly note: Note;
}

/**
 * The server's unified search reads the texts where they are, and answers the notes that hold every word. It compares
 * bytes, so `É` misses `é`, and one wrong word finds nothing: only then the texts are read here, chunk by chunk.
 */
export const searchNotes = defineTool({
  name: 'nc_notes_search_notes',
  title: 'Search notes',
  description:
    'Find notes by words in title, category and text, best match first; an empty query lists all notes, newest first. ' +
    'Gives no texts: read a note with nc_notes_get_note.',
  app: 'notes',
  toolset: 'notes',
  scopes: ['notes:read'],
  effect: 'read',
  uses: ['notes.list-notes', 'core.unified_search-search'],
  input: z.object({
    query: z.string().max(500).describe('Words to look for; empty for all notes'),
    category: z
      .string()
      .optional()
      .describe('Only notes of exactly this category; empty for those without one'),
    limit: z.int().min(1).max(200).default(50).describe('Notes per answer'),
    cursor: z.string().optional().describe('next_cursor of the previous answer'),
  }),
  async run(args, context) {
    const start = positionOf(args.cursor);
    const terms = termsOf(args.query);
    const { found, incomplete } =
      terms.length === 0
        ? { found: await everyNote(args.category, context), incomplete: false }
        : await search(args.query, terms, args.category, context);
    const page = found.slice(start, start + args.limit);
    const end = start + page.length;
    return {
      results: page.map((hit) => ({
        ...noteSummary(hit.note, context.nextcloud.publicUrl),
        ...(terms.length === 0 ? {} : { score: hit.score }),
        ...(hit.excerpt === undefined ? {} : { excerpt: hit.excerpt }),
      })),
      query: args.query,
      total_found: found.length,
      ...(end < found.length ? { next_cursor: `at-${String(end)}` } : {}),
      ...(incomplete ? { incomplete: `Only ${String(SCAN_LIMIT)} notes were searched.` } : {}),
    };
  },
});

async function everyNote(category: string | undefined, context: ToolContext): Promise<Found[]> {
  const notes = await metadata(category, context);
  return sorted(notes.map((note) => ({ note, score: 0, excerpt: undefined })));
}

async function search(
  query: string,
  terms: readonly string[],
  category: string | undefined,
  context: ToolContext,
): Promise<{ found: Found[]; incomplete: boolean }> {
  const hits = await serverHits(query, context);
  if (hits.size > 0) {
    const notes = await metadata(category, context);
    const found = notes
      .filter((note) => hits.has(note.id))
      .map((note) => ({
        note,
        // what the title and category lack, the text has: the server wants every word
        ...matchOf(terms, note, 'text-matched'),
        excerpt: hits.get(note.id),
      }));
    if (found.length > 0) return { found: sorted(found), incomplete: false };
  }
  return scan(terms, category, context);
}

/** Note id → first line of the note. Empty when the search is not there or finds nothing. */
async function serverHits(
  query: string,
  { nextcloud, signal }: ToolContext,
): Promise<Map<number, string | undefined>> {
  const hits = new Map<number, string | undefined>();
  try {
    const reply = await nextcloud.executeByKey(
      'core.unified_search-search',
      { providerId: 'notes', term: query.trim() },
      { signal },
    );
    for (const { resourceUrl, subline } of (reply.data as SearchResult).entries ?? []) {
      const id = /\/note\/(\d+)(?:[?#]|$)/.exec(resourceUrl ?? '')?.[1];
      if (id !== undefined) hits.set(Number(id), subline === '' ? undefined : subline);
    }
  } catch (error) {
    if (!isMissingSearch(error)) throw error;
  }
  return hits;
}

interface SearchResult {
  readonly entries?: readonly { readonly resourceUrl?: string; readonly subline?: string }[];
}

/** 400 and 404: no such provider, or a term it will not take. */
function isMissingSearch(error: unknown): boolean {
  return error instanceof RelayError && (error.status === 400 || error.status === 404);
}

async function metadata(category: string | undefined, context: ToolContext): Promise<Note[]> {
  const args = { exclude: 'content', ...(category === undefined ? {} : { category }) };
  const reply = await context.nextcloud.execute('notes.list-notes', args, {
    signal: context.signal,
  });
  return reply.data.filter((note) => note.title !== undefined);
}

async function scan(
  terms: readonly string[],
  category: string | undefined,
  context: ToolContext,
): Promise<{ found: Found[]; incomplete: boolean }> {
  const found: Found[] = [];
  let seen = 0;
  for await (const note of notesIn(category, context)) {
    if (seen === SCAN_LIMIT) return { found: sorted(found), incomplete: true };
    seen += 1;
    const match = matchOf(terms, note, 'text-given');
    if (match.score >= 0.5) found.push({ note, ...match });
  }
  return { found: sorted(found), incomplete: false };
}

function sorted(found: readonly Found[]): Found[] {
  return found.toSorted(
    (a, b) =>
      b.score - a.score || (b.note.modified ?? 0) - (a.note.modified ?? 0) || b.note.id - a.note.id,
  );
}

function positionOf(cursor: string | undefined): number {
  if (cursor === undefined || cursor === '') return 0;
  const position = /^at-(\d{1,9})$/.exec(cursor)?.[1];
  if (position === undefined) {
    throw new RelayError('invalid_argument', 'That cursor is not one this tool gave out.', {
      hint: 'Leave cursor out to start, or give back next_cursor unchanged.',
    });
  }
  return Number(position);
}
