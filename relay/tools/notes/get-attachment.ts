import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import type { BinaryData } from '../../nextcloud/nextcloud.ts';
import { defineTool } from '../tool.ts';
import type { ToolAnswer, ToolContext } from '../tool.ts';
import { aboutNote } from './note-errors.ts';

const LIMIT = 8 * 1024 * 1024;
const SHOWN_AS_IMAGE = /^image\/(?:png|jpeg|gif|webp)$/;

/**
 * The server looks a path up from the note's folder. Text's editor keeps pictures in `.attachments.<note id>` there,
 * so a bare name is looked for in both places.
 */
export const getAttachment = defineTool({
  name: 'nc_notes_get_attachment',
  title: 'Get note attachment',
  description:
    'Read a file that a note embeds or links. Texts come as text, images as an image, anything else as base64 in `data`.',
  app: 'notes',
  toolset: 'notes',
  scopes: ['notes:read'],
  effect: 'read',
  uses: ['notes.get-attachment', 'notes.get-note'],
  input: z.object({
    note_id: z.int().describe('Id of the note'),
    attachment_filename: z
      .string()
      .min(1)
      .describe(
        'File name, or the relative path as the note’s text links it, for example .attachments.12/plan.png',
      ),
    as_base64: z
      .boolean()
      .default(false)
      .describe('Give every file as base64, images and texts too'),
  }),
  async run(args, context) {
    const path = decoded(args.attachment_filename);
    const file = await find(args.note_id, path, context);
    return answer(args.note_id, path, file, args.as_base64);
  },
});

/** Links in a note's text are percent-encoded. */
function decoded(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

async function find(noteId: number, path: string, context: ToolContext): Promise<BinaryData> {
  const places = path.includes('/') ? [path] : [path, `.attachments.${String(noteId)}/${path}`];
  for (const place of places) {
    const file = await read(noteId, place, context);
    if (file !== undefined) return file;
  }
  const note = await aboutNote(
    noteId,
    context.nextcloud.execute(
      'notes.get-note',
      { id: noteId, exclude: 'content' },
      { signal: context.signal },
    ),
  );
  const folder =
    note.data.category === '' ? 'the notes folder' : `the folder ${String(note.data.category)}`;
  throw new RelayError(
    'not_found',
    `Note ${String(noteId)} has no attachment ${JSON.stringify(path)}`,
    {
      hint: `Looked in ${folder}. The note’s text says which files it links.`,
      status: 404,
    },
  );
}

async function read(
  noteid: number,
  path: string,
  context: ToolContext,
): Promise<BinaryData | undefined> {
  try {
    const { nextcloud, signal } = context;
    const reply = await nextcloud.executeByKey(
      'notes.get-attachment',
      { noteid, path },
      { signal },
    );
    return reply.data as BinaryData;
  } catch (error) {
    // every failure of this operation is a 404, a missing note too
    if (error instanceof RelayError && error.status === 404) return undefined;
    throw error;
  }
}

function answer(
  noteId: number,
  path: string,
  file: BinaryData,
  asBase64: boolean,
): ToolAnswer | ToolAnswer['data'] {
  const size = file.bytes.byteLength;
  if (size > LIMIT) {
    throw new RelayError(
      'too_large',
      `The attachment has ${String(size)} bytes; at most ${String(LIMIT)} are given.`,
    );
  }
  const mimeType = file.mediaType.split(';')[0]?.trim().toLowerCase() ?? '';
  const about = {
    uri: `nc://Notes/${String(noteId)}/attachments/${encodeURIComponent(path)}`,
    mimeType,
    size,
  };
  const base64 = Buffer.from(file.bytes).toString('base64');
  if (asBase64) return { ...about, data: base64 };
  if (SHOWN_AS_IMAGE.test(mimeType)) {
    return { data: about, content: [{ type: 'image', data: base64, mimeType }] };
  }
  const text = mimeType.startsWith('text/') ? utf8(file.bytes) : undefined;
  return text === undefined ? { ...about, data: base64 } : { ...about, text };
}

function utf8(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}
