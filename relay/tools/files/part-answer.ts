import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import type { ToolAnswer } from '../tool.ts';
import { decodeText } from './text.ts';

const KIB = 1024;
/** Characters of base64 that are repeated in the text of an answer. */
const MOST_TEXT = 256 * KIB;

/** Arguments of every tool that gives content in parts. */
export const PART_INPUT = {
  offset: z.int().min(0).default(0).describe('next_offset of the answer before'),
  max_bytes: z
    .int()
    .min(16)
    .max(8 * KIB * KIB)
    .default(100 * KIB)
    .describe('Bytes (of a parsed document: characters) per answer'),
  encoding: z
    .enum(['auto', 'base64'])
    .default('auto')
    .describe('base64 gives the bytes of every file as they are'),
  charset: z.string().max(40).optional().describe('Encoding of a text, when the guess is wrong'),
};

export interface PartWish {
  readonly offset: number;
  readonly max_bytes: number;
  readonly encoding: 'auto' | 'base64';
  readonly charset?: string | undefined;
}

/** How many bytes to ask for; 0 when there are none at this place. */
export function wishedLength({ offset, max_bytes }: PartWish, size: number): number {
  return Math.max(0, Math.min(max_bytes, size - offset));
}

/** Bytes of a file as text or base64, and where to go on. */
export function partAnswer(
  bytes: Uint8Array,
  file: { readonly type: string; readonly size: number },
  wish: PartWish,
): Record<string, unknown> {
  const { offset } = wish;
  const whole = offset + bytes.length >= file.size;
  const charset = checkedCharset(wish.charset);
  const text =
    wish.encoding === 'base64' ? undefined : decodeText(bytes, file.type, { whole, charset });
  const used = text?.bytes ?? bytes.length;
  const end = offset + used;
  return {
    content: text?.text ?? base64Of(bytes),
    ...(text === undefined ? { encoding: 'base64' } : { charset: text.charset }),
    ...(offset > 0 ? { offset } : {}),
    ...(end < file.size && used > 0 ? { next_offset: end, truncated: true } : {}),
  };
}

/**
 * An answer with `content` in it. Base64 of many bytes goes out once, as `structuredContent`: in the text beside it
 * no model can use it, and it would double what the gateway holds.
 */
export function onceWhenLarge(data: ToolAnswer['data']): ToolAnswer['data'] | ToolAnswer {
  const { content, encoding } = data;
  if (encoding !== 'base64' || typeof content !== 'string' || content.length <= MOST_TEXT)
    return data;
  const left = `${String(content.length)} characters of base64, only in structuredContent; smaller max_bytes come here too`;
  return { data, text: { ...data, content: undefined, content_left_out: left } };
}

/** Without copying the bytes: they may be megabytes. */
function base64Of({ buffer, byteOffset, byteLength }: Uint8Array): string {
  return Buffer.from(buffer, byteOffset, byteLength).toString('base64');
}

function checkedCharset(charset: string | undefined): string | undefined {
  if (charset === undefined) return undefined;
  try {
    return new TextDecoder(charset).encoding;
  } catch {
    throw new RelayError('invalid_argument', `There is no charset ${JSON.stringify(charset)}.`);
  }
}
