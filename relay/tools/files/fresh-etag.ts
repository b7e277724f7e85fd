import type { ToolContext } from '../tool.ts';
import { plainEtag } from './file-view.ts';
import { mustLook } from './look.ts';

const MAX_FILES = 1000;
const MAX_ATTEMPTS = 5;
/** ETags of late, per file: those handed out after a write and those given as `if_match`. */
const known = new Map<string, Set<string>>();

/**
 * The ETag to answer after a write, one that this file did not have before.
 *
 * Local storage makes ETags of the second of change and the size. A second write of equal size within a second keeps
 * the ETag, and whoever holds it from before would overwrite that write without being told. Such a file gets a time
 * of change some seconds later, which makes another ETag.
 */
export async function freshEtag(
  path: string,
  { etag, replaced }: { readonly etag: string; readonly replaced: string | undefined },
  context: ToolContext,
): Promise<string> {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const before = remembered(`${nextcloud.baseUrl} ${user} ${path}`);
  if (replaced !== undefined) before.add(plainEtag(replaced));
  let current = etag;
  for (let attempt = 1; before.has(current) && attempt <= MAX_ATTEMPTS; attempt += 1) {
    const row = await mustLook(path, context);
    const modified = Math.floor(Date.parse(row.modified ?? '') / 1000) + 1;
    await nextcloud.execute('webdav.set-file-properties', { user, path, modified }, { signal });
    current = plainEtag((await mustLook(path, context)).etag ?? current);
  }
  before.add(current);
  return current;
}

function remembered(key: string): Set<string> {
  const etags = known.get(key) ?? new Set<string>();
  // to the end: the oldest file is forgotten first
  known.delete(key);
  known.set(key, etags);
  const [oldest] = known.keys();
  if (known.size > MAX_FILES && oldest !== undefined) known.delete(oldest);
  const [first] = etags;
  if (etags.size > 20 && first !== undefined) etags.delete(first);
  return etags;
}
