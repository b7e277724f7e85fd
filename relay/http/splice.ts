import { constants, crc32, deflateRawSync } from 'node:zlib';

/** An answer that is the same each time but for one value. */
export interface Spliced {
  plain(value: string): readonly Buffer[];
  /** The same as one gzip member (RFC 1952): many clients stop reading after the first. */
  gzip(value: string): readonly Buffer[];
}

/** Cuts a text at its only `placeholder`; undefined when it does not occur exactly once. */
export function splice(text: string, placeholder: string): Spliced | undefined {
  const parts = text.split(placeholder);
  const [before, after] = parts;
  if (parts.length !== 2 || before === undefined || after === undefined) return undefined;
  const head = Buffer.from(before);
  const headCrc = crc32(head);
  // Ends on a byte boundary without ending the stream, so that the rest can follow.
  const packedHead = Buffer.concat([
    GZIP_HEADER,
    deflateRawSync(head, { finishFlush: constants.Z_FULL_FLUSH }),
  ]);
  return {
    plain: (value) => [head, Buffer.from(value + after)],
    gzip(value) {
      const tail = Buffer.from(value + after);
      const trailer = Buffer.alloc(8);
      trailer.writeUInt32LE(crc32(tail, headCrc), 0);
      trailer.writeUInt32LE((head.length + tail.length) >>> 0, 4);
      return [packedHead, deflateRawSync(tail), trailer];
    },
  };
}

/** Magic, deflate, no flags, no time, no extra flags, unknown system. */
const GZIP_HEADER = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255]);
