import { UnreadableDocument, formatOf } from '../../documents/document.ts';
import type { Extraction, Wish } from '../../documents/document.ts';
import { TextBuilder } from '../../documents/text-builder.ts';
import { RelayError } from '../../errors.ts';
import type { ToolContext } from '../tool.ts';
import type { DocumentFile, DocumentReader } from './document-reading.ts';

export interface UnstructuredOptions {
  /** Root URL of the service, without `/general/v0/general`. */
  readonly url: string;
  readonly apiKey?: string;
  readonly strategy: 'auto' | 'fast' | 'hi_res' | 'ocr_only';
  /** Codes of Tesseract, e.g. `deu`. */
  readonly languages: readonly string[];
  readonly timeoutMs: number;
  /** Between progress messages; recognising scans takes minutes. */
  readonly progressMs: number;
}

interface Element {
  readonly type?: unknown;
  readonly text?: unknown;
  readonly metadata?: { readonly page_number?: unknown };
}

/** Beyond what is read here. */
const OLD_OFFICE =
  /^application\/(?:msword|vnd\.ms-excel|vnd\.ms-powerpoint|vnd\.ms-outlook|rtf)$|^text\/rtf$/;
const MAX_ANSWER_BYTES = 32 * 1024 * 1024;

/** Reads documents through a service with the API of Unstructured (https://docs.unstructured.io, partition endpoint). */
export function unstructuredReader(options: UnstructuredOptions): DocumentReader {
  return {
    method: 'unstructured',
    reads: (type, name) => OLD_OFFICE.test(type) || formatOf(type, name) !== undefined,
    async read(file, wish, context) {
      const began = Date.now();
      const timer = setInterval(() => {
        const seconds = Math.round((Date.now() - began) / 1000);
        void context.progress(seconds, undefined, `Reading ${file.name}`).catch(() => undefined);
      }, options.progressMs);
      try {
        return extraction(await elementsOf(file, options, context), wish);
      } finally {
        clearInterval(timer);
      }
    },
  };
}

async function elementsOf(
  file: DocumentFile,
  options: UnstructuredOptions,
  { signal }: ToolContext,
): Promise<Element[]> {
  const form = new FormData();
  const blob = new Blob([new Uint8Array(file.bytes)], { type: file.mediaType });
  form.append('files', blob, file.name);
  form.append('strategy', options.strategy);
  for (const language of options.languages) form.append('languages', language);
  const limit = AbortSignal.timeout(options.timeoutMs);
  try {
    const answer = await fetch(`${options.url.replace(/\/+$/, '')}/general/v0/general`, {
      method: 'POST',
      body: form,
      redirect: 'error',
      headers: {
        Accept: 'application/json',
        ...(options.apiKey === undefined ? {} : { 'unstructured-api-key': options.apiKey }),
      },
      signal: AbortSignal.any([signal, limit]),
    });
    if (!answer.ok)
      throw new UnreadableDocument(`The document service refused it (${String(answer.status)}).`);
    return readElements(await cappedText(answer));
  } catch (error) {
    if (error instanceof UnreadableDocument) throw error;
    if (limit.aborted) throw new UnreadableDocument('The document service took too long.');
    if (signal.aborted) throw new RelayError('cancelled', 'The call was cancelled.');
    throw new UnreadableDocument('The document service cannot be reached.');
  }
}

/** Not more than `MAX_ANSWER_BYTES` of it are ever held. */
async function cappedText({ body }: Response): Promise<string> {
  const parts: Uint8Array[] = [];
  let bytes = 0;
  for await (const part of (body ?? []) as AsyncIterable<Uint8Array>) {
    bytes += part.byteLength;
    if (bytes > MAX_ANSWER_BYTES)
      throw new UnreadableDocument('The document service answered too much.');
    parts.push(part);
  }
  return Buffer.concat(parts, bytes).toString('utf8');
}

function readElements(text: string): Element[] {
  let elements: unknown;
  try {
    elements = JSON.parse(text);
  } catch {
    elements = undefined;
  }
  if (!Array.isArray(elements))
    throw new UnreadableDocument('The document service answered something else.');
  return elements as Element[];
}

function extraction(elements: readonly Element[], wish: Wish): Extraction {
  const into = new TextBuilder(wish.maxText);
  const pageOf = ({ metadata }: Element): number => Number(metadata?.page_number ?? 1);
  const total = elements.reduce((most, element) => Math.max(most, pageOf(element)), 1);
  const end = Math.min(total, wish.first + wish.count - 1);
  let last = 0;
  for (const element of elements) {
    const page = pageOf(element);
    if (page < wish.first || page > end || into.full || typeof element.text !== 'string') continue;
    const { text, type } = element;
    into.block(type === 'Title' ? `## ${text}` : type === 'ListItem' ? `- ${text}` : text);
    last = Math.max(last, page);
  }
  return {
    text: into.text(),
    section: total > 1 ? 'page' : 'document',
    first: wish.first,
    last: into.full ? last : end,
    total,
    truncated: into.full,
    leftOut: [],
    about: {},
  };
}
