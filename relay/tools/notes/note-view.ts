import type { ResultOf } from '../../../openapi/index.ts';

export type Note = ResultOf<'notes.get-note'>;

/** What lists and writes show of a note: everything but its text. */
export function noteSummary(note: Note, publicUrl: string): Record<string, unknown> {
  return {
    id: note.id,
    title: note.title ?? '',
    category: note.category ?? '',
    ...(note.modified === undefined ? {} : { modified: isoTime(note.modified) }),
    favorite: note.favorite ?? false,
    ...(note.readonly === true ? { readonly: true } : {}),
    ...(note.isShared === true ? { isShared: true } : {}),
    ...(note.etag === undefined ? {} : { etag: note.etag }),
    url: noteUrl(note.id, publicUrl),
  };
}

/** The whole note. Nextcloud puts an error message into `content` when the file cannot be read; `error` tells. */
export function noteView(note: Note, publicUrl: string): Record<string, unknown> {
  return {
    ...noteSummary(note, publicUrl),
    content: note.content ?? '',
    readonly: note.readonly ?? false,
    ...(note.error === true ? { error: note.errorType ?? 'unreadable' } : {}),
  };
}

function noteUrl(id: number, publicUrl: string): string {
  return `${publicUrl}/index.php/apps/notes/note/${String(id)}`;
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
