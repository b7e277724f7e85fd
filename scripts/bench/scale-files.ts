import { createHash, randomUUID } from 'node:crypto';
import type { Stored } from './scale-events.ts';

/** The one file that is looked for by name. */
export const WANTED_FILE = { number: 7321, name: 'Quarterly report 7321.md' } as const;

export function fileAt(number: number): Stored {
  const padded = String(number).padStart(5, '0');
  const name = number === WANTED_FILE.number ? WANTED_FILE.name : `note-${padded}.txt`;
  return { name, content: `Note ${padded}\n${'A line of text. '.repeat(1 + (number % 20))}\n` };
}

/** Many files in one request, as Nextcloud's bulk upload takes them: multipart/related, a checksum with every part. */
export function bulkBody(folder: string, files: readonly Stored[]): { type: string; body: string } {
  const boundary = `bulk-${randomUUID()}`;
  const parts = files.map(({ name, content }) => {
    const lines = [
      `--${boundary}`,
      `Content-Length: ${String(Buffer.byteLength(content))}`,
      `X-File-MD5: ${createHash('md5').update(content).digest('hex')}`,
      `X-File-Path: ${folder}/${name}`,
      'X-File-Mtime: 1735689600',
    ];
    return `${lines.join('\r\n')}\r\n\r\n${content}\r\n`;
  });
  return {
    type: `multipart/related; boundary=${boundary}`,
    body: `${parts.join('')}--${boundary}--\r\n`,
  };
}
