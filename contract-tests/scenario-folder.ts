import type { Actor, Answer } from './scenario.ts';

/** A story in a folder of its own, which is not there before or afterwards. */
export async function within(
  folder: string,
  actor: Actor,
  story: () => Promise<void>,
): Promise<void> {
  await actor.call('nc_webdav_delete_resource', { path: folder });
  await actor.call('nc_webdav_create_directory', { path: folder });
  await story();
  await actor.call('nc_webdav_delete_resource', { path: folder });
}

/** Paths of listed files, sorted. */
export const paths = (files: Answer[]): string[] => files.map(({ path }) => String(path)).sort();
