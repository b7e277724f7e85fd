import { createHash } from 'node:crypto';
import type { ConnectedClient } from '../../contract-tests/clients.ts';
import { answerOf } from './scale-calls.ts';

const MIB = 1024 * 1024;

export interface Transfer {
  readonly path: string;
  readonly bytes: number;
  readonly partBytes: number;
}

/** Sends a file through the upload tools, part after part; gives the SHA-256 of what was sent. */
export async function uploadLargeFile(
  client: ConnectedClient,
  { path, bytes: size, partBytes }: Transfer,
): Promise<string> {
  const digest = createHash('sha256');
  const target = { path, size, overwrite: true };
  const started = await answerOf(client, 'nc_webdav_start_upload', target);
  const { upload_id } = started;
  try {
    for (let at = 0, part = 1; at < size; at += partBytes, part += 1) {
      const bytes = partOf(part, Math.min(partBytes, size - at));
      digest.update(bytes);
      const content = bytes.toString('base64');
      await answerOf(client, 'nc_webdav_upload_part', { upload_id, part, content });
    }
    await answerOf(client, 'nc_webdav_finish_upload', { upload_id, ...target });
  } catch (error) {
    await client.callTool('nc_webdav_abort_upload', { upload_id });
    throw error;
  }
  return digest.digest('hex');
}

/** Reads a file back in ranges; gives the SHA-256 of what came, and throws when it is not as long as it should be. */
export async function downloadLargeFile(
  client: ConnectedClient,
  { path, bytes: size, partBytes }: Transfer,
): Promise<string> {
  const digest = createHash('sha256');
  let received = 0;
  for (let offset: unknown = 0; offset !== undefined;) {
    const wish = { path, offset, max_bytes: Math.min(partBytes, 8 * MIB), encoding: 'base64' };
    const part = await answerOf(client, 'nc_webdav_read_file', wish);
    const bytes = Buffer.from(String(part['content']), 'base64');
    digest.update(bytes);
    received += bytes.length;
    offset = part['next_offset'];
  }
  if (received !== size) throw new Error(`${path}: ${received} bytes came back of ${size}`);
  return digest.digest('hex');
}

/** Deletes it, from the trash bin too: there it would go on counting against the user's quota. */
export async function removeLargeFile(client: ConnectedClient, path: string): Promise<void> {
  await answerOf(client, 'nc_webdav_delete_resource', { path });
  const { entries } = await answerOf(client, 'nc_webdav_list_trash', { limit: 500 });
  for (const { entry, original_path } of entries as Record<string, unknown>[]) {
    if (original_path === path) await answerOf(client, 'nc_webdav_delete_trashed', { entry });
  }
}

/** Every part differs, so that a lost, doubled or exchanged one shows in the digest. */
function partOf(number: number, length: number): Buffer {
  return Buffer.alloc(length, createHash('sha256').update(String(number)).digest());
}
