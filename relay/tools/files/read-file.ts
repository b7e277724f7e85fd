import * as z from 'zod';
import { UnreadableDocument } from '../../documents/document.ts';
import type { Extraction } from '../../documents/document.ts';
import { RelayError } from '../../errors.ts';
import { defineTool } from '../tool.ts';
import type { DefinedTool, ToolAnswer, ToolContext } from '../tool.ts';
import type { DocumentReader } from './document-reading.ts';
import { download } from './download.ts';
import type { Range } from './download.ts';
import { nameOf, pathBelowRoot, quoted } from './file-path.ts';
import { isFolder, plainEtag } from './file-view.ts';
import type { FileRow } from './file-view.ts';
import { mustLook } from './look.ts';
import { onceWhenLarge, PART_INPUT, partAnswer, wishedLength } from './part-answer.ts';

const MIB = 1024 * 1024;
/** Pictures and sounds are only of use whole. */
const MAX_MEDIA_BYTES = 4 * MIB;
const MAX_DOCUMENT_BYTES = 30 * MIB;
const DEFAULT_SECTIONS = 50;
const SHOWN_AS_IMAGE = /^image\/(?:png|jpeg|gif|webp)$/;

const INPUT = z.object({
  path: z.string().describe('Path from the user’s root'),
  ...PART_INPUT,
  parse: z
    .enum(['auto', 'on', 'off'])
    .default('auto')
    .describe('Take the text out of documents; on fails where that is not possible'),
  first_page: z.int().min(1).default(1).describe('Of a document: page, slide, sheet or chapter'),
  max_pages: z.int().min(1).max(500).default(DEFAULT_SECTIONS).describe('Of a document: how many'),
  if_match: z.string().optional().describe('Fail when this is not the file’s ETag any more'),
});

type Input = z.output<typeof INPUT>;

interface Found {
  readonly path: string;
  readonly type: string;
  readonly size: number;
  readonly row: FileRow;
}

export function readFileTool(documents: readonly DocumentReader[]): DefinedTool {
  return defineTool({
    name: 'nc_webdav_read_file',
    title: 'Read file',
    description:
      'Read a file: text as text, small pictures and sounds as such, PDF, Office, OpenDocument, EPUB and e-mail files ' +
      'as text, all else as base64. Long ones come in parts: go on with next_offset, documents also with next_page.',
    app: 'webdav',
    toolset: 'files',
    scopes: ['files:read'],
    effect: 'read',
    uses: ['webdav.list-files', 'webdav.read-file'],
    input: INPUT,
    async run(args, context) {
      const found = await find(args, context);
      const reader = documentReader(documents, found, args);
      if (reader !== undefined) {
        const read = await parsed(reader, found, args, context);
        if ('answer' in read) return read.answer;
        const { method } = reader;
        const failure = { parsing_metadata: { parsing_method: method, error: read.failure } };
        return onceWhenLarge({ ...(await bytesAnswer(found, args, context)), ...failure });
      }
      const media = await mediaAnswer(found, args, context);
      return media ?? onceWhenLarge(await bytesAnswer(found, args, context));
    },
  });
}

async function find(args: Input, context: ToolContext): Promise<Found> {
  const path = pathBelowRoot('path', args.path);
  const row = await mustLook(path, context);
  if (isFolder(row)) {
    throw new RelayError('invalid_argument', `${quoted(path)} is a folder.`, {
      hint: 'List it with nc_webdav_list_directory.',
    });
  }
  if (args.if_match !== undefined && plainEtag(row.etag ?? '') !== plainEtag(args.if_match)) {
    throw new RelayError('conflict', `${quoted(path)} was changed meanwhile.`, {
      hint: 'Read it again from the beginning.',
      details: { etag: plainEtag(row.etag ?? '') },
    });
  }
  const type = row.contentType?.split(';')[0]?.trim().toLowerCase() ?? 'application/octet-stream';
  return { path, type, size: row.contentLength ?? row.size ?? 0, row };
}

function about({ path, type, size, row }: Found, etag: string | undefined) {
  return {
    path,
    content_type: type,
    size,
    ...(etag === undefined ? {} : { etag }),
    ...(row.modified === undefined ? {} : { last_modified: row.modified }),
    ...(row.fileId === undefined ? {} : { file_id: row.fileId }),
  };
}

const wholeOf = ({ size }: Found): Range => ({ offset: 0, length: undefined, size });

const rowEtag = ({ row }: Found): string | undefined =>
  row.etag === undefined ? undefined : plainEtag(row.etag);

function documentReader(
  documents: readonly DocumentReader[],
  { path, type, size }: Found,
  args: Input,
): DocumentReader | undefined {
  if (args.parse === 'off' || args.encoding === 'base64') return undefined;
  const reader = documents.find((one) => one.reads(type, nameOf(path)));
  if (reader !== undefined && size <= MAX_DOCUMENT_BYTES && size > 0) return reader;
  if (args.parse === 'auto') return undefined;
  const reason =
    reader === undefined
      ? `no text can be taken out of ${type}`
      : `it has ${String(size)} bytes, at most ${String(MAX_DOCUMENT_BYTES)} are parsed, and none of an empty file`;
  throw new RelayError('unsupported', `${quoted(path)} cannot be parsed: ${reason}.`, {
    hint: 'With parse: off its bytes come as they are.',
  });
}

/** The reason when the reader cannot read it and nobody insists. */
async function parsed(
  reader: DocumentReader,
  found: Found,
  args: Input,
  context: ToolContext,
): Promise<{ answer: ToolAnswer['data'] } | { failure: string }> {
  const file = await download(found.path, wholeOf(found), context);
  const wish = {
    first: args.first_page,
    count: args.max_pages,
    maxText: args.offset + args.max_bytes,
  };
  const source = { name: nameOf(found.path), mediaType: found.type, bytes: file.bytes };
  try {
    const extraction = await reader.read(source, wish, context);
    return {
      answer: documentData(reader.method, found, { extraction, etag: file.etag, args }),
    };
  } catch (error) {
    if (!(error instanceof UnreadableDocument)) throw error;
    if (args.parse === 'auto') return { failure: error.message };
    throw new RelayError(
      'unsupported',
      `${quoted(found.path)} cannot be parsed. ${error.message}`,
      {
        hint: 'With parse: off its bytes come as they are.',
      },
    );
  }
}

function documentData(
  method: string,
  found: Found,
  read: { extraction: Extraction; etag: string | undefined; args: Input },
): ToolAnswer['data'] {
  const { extraction, args } = read;
  const { section, first, last, total, truncated, leftOut } = extraction;
  const content = extraction.text.slice(args.offset);
  const end = args.offset + content.length;
  const paged = section !== 'document';
  return {
    ...about(found, read.etag ?? rowEtag(found)),
    content,
    parsed: true,
    parsing_metadata: {
      parsing_method: method,
      mime_type: found.type,
      text_length: content.length,
      ...extraction.about,
      ...(paged ? { section, [`${section}s_total`]: total, first, last } : {}),
      truncated: truncated || (paged && last < total),
      ...(leftOut.length === 0 ? {} : { left_out: leftOut }),
    },
    // the text ends within `last`: go on in it, then with the next one
    ...(truncated ? { next_offset: end } : {}),
    ...(!truncated && paged && last > 0 && last < total ? { next_page: last + 1 } : {}),
  };
}

async function mediaAnswer(
  found: Found,
  args: Input,
  context: ToolContext,
): Promise<ToolAnswer | undefined> {
  const { type, size, path } = found;
  const isImage = SHOWN_AS_IMAGE.test(type);
  const fits = size <= MAX_MEDIA_BYTES && size > 0 && args.offset === 0;
  if (!(isImage || type.startsWith('audio/')) || !fits || args.encoding === 'base64')
    return undefined;
  const { bytes, etag } = await download(path, wholeOf(found), context);
  const data = Buffer.from(bytes).toString('base64');
  return {
    data: { ...about(found, etag ?? rowEtag(found)), shown_as: isImage ? 'image' : 'audio' },
    content: [{ type: isImage ? 'image' : 'audio', data, mimeType: type }],
  };
}

async function bytesAnswer(
  found: Found,
  args: Input,
  context: ToolContext,
): Promise<ToolAnswer['data']> {
  const length = wishedLength(args, found.size);
  const part =
    length === 0
      ? { bytes: new Uint8Array(), etag: rowEtag(found) }
      : await download(found.path, { offset: args.offset, length }, context);
  return {
    ...about(found, part.etag ?? rowEtag(found)),
    ...partAnswer(part.bytes, found, args),
  };
}
