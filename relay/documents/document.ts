/** Formats whose text can be taken out here. */
const FORMATS = ['pdf', 'docx', 'xlsx', 'pptx', 'odt', 'ods', 'odp', 'epub', 'eml'] as const;
export type Format = (typeof FORMATS)[number];

/** What pages are called in a format; formats without any are one section. */
export type SectionKind = 'page' | 'slide' | 'sheet' | 'chapter' | 'document';

export interface Wish {
  /** First section to read, from 1. */
  readonly first: number;
  /** Sections at most. */
  readonly count: number;
  /** Characters of text at most. */
  readonly maxText: number;
}

export interface Extraction {
  /** Markdown-like text: headings, lists, rows of tables. */
  readonly text: string;
  readonly section: SectionKind;
  /** Sections that were read, from 1; `last` is 0 when there was none. */
  readonly first: number;
  readonly last: number;
  readonly total: number;
  /** The text was cut at `maxText`. */
  readonly truncated: boolean;
  /** What the document has beside the text, in words: pictures, attachments, comments. */
  readonly leftOut: readonly string[];
  readonly about: Readonly<Record<string, string>>;
}

/** Thrown for a document that cannot be read; `message` is fit to be shown. */
export class UnreadableDocument extends Error {
  override readonly name = 'UnreadableDocument';
}

const BY_MEDIA_TYPE: Readonly<Record<string, Format>> = {
  'application/pdf': 'pdf',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.document': 'docx',
  'application/vnd.openxmlformats-officedocument.wordprocessingml.template': 'docx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet': 'xlsx',
  'application/vnd.openxmlformats-officedocument.spreadsheetml.template': 'xlsx',
  'application/vnd.openxmlformats-officedocument.presentationml.presentation': 'pptx',
  'application/vnd.openxmlformats-officedocument.presentationml.slideshow': 'pptx',
  'application/vnd.oasis.opendocument.text': 'odt',
  'application/vnd.oasis.opendocument.text-template': 'odt',
  'application/vnd.oasis.opendocument.spreadsheet': 'ods',
  'application/vnd.oasis.opendocument.presentation': 'odp',
  'application/epub+zip': 'epub',
  'message/rfc822': 'eml',
};

/** The format by media type, else by the name's extension: servers call many of these a plain download. */
export function formatOf(mediaType: string, name: string): Format | undefined {
  const known = BY_MEDIA_TYPE[mediaType.split(';')[0]?.trim().toLowerCase() ?? ''];
  if (known !== undefined) return known;
  const extension = /\.([a-z]+)$/i.exec(name)?.[1]?.toLowerCase();
  return FORMATS.find((format) => format === extension);
}
