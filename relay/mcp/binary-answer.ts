import { RelayError } from '../errors.ts';
import type { BinaryData } from '../nextcloud/nextcloud.ts';
import type { ToolAnswer } from '../tools/tool.ts';

/**
 * A file as a tool answers it: text as text, an image or a sound as its own block, anything else as base64.
 * `size` is in bytes. Throws `too_large` above `maxBytes`.
 */
export function binaryAnswer(file: BinaryData, maxBytes: number): ToolAnswer {
  const mediaType =
    file.mediaType.split(';')[0]?.trim().toLowerCase() ?? 'application/octet-stream';
  const size = file.bytes.byteLength;
  if (size > maxBytes) {
    throw new RelayError(
      'too_large',
      `The file has ${String(size)} bytes; at most ${String(maxBytes)} are passed on.`,
      {
        hint: 'Ask for a smaller variant (a preview), or open it in Nextcloud.',
      },
    );
  }
  const about = { media_type: mediaType, size };
  const base64 = Buffer.from(file.bytes.buffer, file.bytes.byteOffset, size).toString('base64');
  if (/^image\/(?:png|jpeg|gif|webp)$/.test(mediaType)) {
    return { data: about, content: [{ type: 'image', data: base64, mimeType: mediaType }] };
  }
  if (mediaType.startsWith('audio/')) {
    return { data: about, content: [{ type: 'audio', data: base64, mimeType: mediaType }] };
  }
  const text = isText(mediaType) ? textOf(file.bytes) : undefined;
  return { data: text === undefined ? { ...about, base64 } : { ...about, text } };
}

export function isText(mediaType: string): boolean {
  return (
    mediaType.startsWith('text/') ||
    /^(?:application|image)\/(?:json|xml|yaml|[a-z0-9.-]+\+(?:json|xml))$/.test(mediaType)
  );
}

/** Undefined when the bytes are not UTF-8, whatever the label says. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

export function isBinary(data: unknown): data is BinaryData {
  return (
    typeof data === 'object' && data !== null && 'bytes' in data && data.bytes instanceof Uint8Array
  );
}
