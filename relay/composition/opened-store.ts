import type { StoreConfig } from '../config/sign-in.ts';
import type { Logger } from '../log.ts';
import { loadKeyRing } from '../store/key-file.ts';
import type { Store } from '../store/store.ts';

/** The configured store with its keys. @throws RelayError `configuration`, `unavailable` */
export async function openedStore(
  config: StoreConfig,
  log: Logger,
  now?: () => Date,
): Promise<Store> {
  const keys = loadKeyRing({ text: config.keys, file: config.keyFile, log });
  // loaded only here: one user alone needs no database, and its library is the largest of all
  const { openStore } = await import('../store/store.ts');
  return openStore({ ...config.location, keys, log, ...(now === undefined ? {} : { now }) });
}
