import type { Readable } from 'node:stream';
import { setTimeout as wait } from 'node:timers/promises';
import axios from 'axios';
import { encodePath } from '../relay/nextcloud/path.ts';
import type { Account } from './gateway.ts';

/** More than what is between Nextcloud and this client takes without being read. */
const BYTES = 32 * 1024 * 1024;
const MOST_TRIES = 40;

/**
 * A client of its own that puts a large file there and begins to read it, and then does not go on: Nextcloud keeps the
 * file locked for as long. That needs a web server which passes answers on as they are taken (with nginx
 * `fastcgi_max_temp_file_size 0`, as Nextcloud recommends).
 *
 * @returns ends the reading and deletes the file
 */
export async function startSlowReader(
  host: string,
  account: Account,
  path: string,
): Promise<() => Promise<void>> {
  const client = axios.create({
    baseURL: host,
    auth: account,
    maxBodyLength: BYTES,
    validateStatus: () => true,
  });
  const url = `/remote.php/dav/files/${encodePath('path', `${account.username}/${path}`)}`;
  const put = await client.put<unknown>(url, Buffer.alloc(BYTES));
  if (put.status !== 201) throw new Error(`The large file was not stored: ${String(put.status)}`);
  const { data: unread } = await client.get<Readable>(url, { responseType: 'stream' });
  return async () => {
    unread.destroy();
    for (let tries = 1; tries <= MOST_TRIES; tries += 1) {
      // the server notices after a moment that nobody reads any more
      if ((await client.delete(url)).status === 204) return;
      await wait(250);
    }
    throw new Error(`${path} stayed locked`);
  };
}
