import { DEFAULT_BOUNDS, readDocument } from '../../documents/read-document.ts';
import type { Bounds } from '../../documents/read-document.ts';
import { formatOf } from '../../documents/document.ts';
import type { Extraction, Wish } from '../../documents/document.ts';
import type { ToolContext } from '../tool.ts';

export interface DocumentFile {
  readonly name: string;
  readonly mediaType: string;
  readonly bytes: Uint8Array;
}

/** Something that takes text out of documents. Throws UnreadableDocument. */
export interface DocumentReader {
  /** Shown to clients as `parsing_method`. */
  readonly method: string;
  reads(mediaType: string, name: string): boolean;
  read(file: DocumentFile, wish: Wish, context: ToolContext): Promise<Extraction>;
}

/** Reads in a worker of this process. */
export function builtInReader(bounds: Bounds = DEFAULT_BOUNDS): DocumentReader {
  return {
    method: 'built-in',
    reads: (mediaType, name) => formatOf(mediaType, name) !== undefined,
    read({ name, mediaType, bytes }, wish, { signal }) {
      const format = formatOf(mediaType, name);
      if (format === undefined) throw new Error('Asked to read what it does not');
      return readDocument(format, bytes, wish, signal, bounds);
    },
  };
}
