import { RelayError } from '../../errors.ts';

export interface GivenContent {
  readonly content: string;
  /** `image/png`, or with `;base64` when `content` is base64. */
  readonly content_type?: string | null | undefined;
  readonly encoding?: 'text' | 'base64' | undefined;
}

/** @throws RelayError `invalid_argument` for base64 or Unicode that is none */
export function bytesOf(given: GivenContent): Buffer {
  const encoded =
    given.encoding === 'base64' ||
    (given.encoding === undefined && /base64/i.test(given.content_type ?? ''));
  if (encoded) return decodeBase64(given.content);
  // half a surrogate pair would be stored as another character
  if (given.content.isWellFormed()) return Buffer.from(given.content, 'utf8');
  throw new RelayError('invalid_argument', "Argument 'content' is not valid Unicode.", {
    hint: 'Nothing was written.',
  });
}

/** The media type without the base64 mark; undefined when nothing is left. */
export function mediaTypeOf(contentType: string | null | undefined): string | undefined {
  const type = (contentType ?? '').replace(/;?\s*base64/gi, '').trim();
  return type === '' ? undefined : type;
}

export function decodeBase64(text: string): Buffer {
  const bare = text.replace(/^data:[^,]{0,200};base64,/, '');
  // seldom needed, and a copy of megabytes
  const compact = /\s/.test(bare) ? bare.replace(/\s/g, '') : bare;
  // Buffer skips what is no base64 and so would store a damaged file
  if (!/^[A-Za-z0-9+/]*={0,2}$/.test(compact) || compact.length % 4 !== 0) {
    throw new RelayError('invalid_argument', "Argument 'content' is not valid base64.", {
      hint: 'Nothing was written. For plain text leave out base64 in content_type and encoding.',
    });
  }
  return Buffer.from(compact, 'base64');
}
