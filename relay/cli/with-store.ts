import { openedStore } from '../composition/opened-store.ts';
import { ConfigurationError } from '../config.ts';
import type { Config } from '../config.ts';
import type { SignInConfig } from '../config/sign-in.ts';
import { createLogger } from '../log.ts';
import type { Logger } from '../log.ts';
import type { Store } from '../store/store.ts';
import type { Terminal } from './terminal.ts';

/** @throws ConfigurationError where a single user is served: there is no store then */
export function signInOf(config: Config): SignInConfig {
  if (config.signIn !== undefined) return config.signIn;
  throw new ConfigurationError([
    {
      setting: 'OIDC_DISCOVERY_URL',
      message: 'is missing: without it a single user is served and nothing is stored',
      hint: 'Run this with the settings of the gateway whose store is meant.',
    },
  ]);
}

export function commandLog(terminal: Terminal): Logger {
  return createLogger({
    level: 'warn',
    format: 'text',
    write: (line) => {
      terminal.err(line);
    },
  });
}

/** Runs a command on the configured store and closes it. */
export async function withStore<T>(
  config: Config,
  terminal: Terminal,
  work: (store: Store) => Promise<T>,
): Promise<T> {
  const store = await openedStore(signInOf(config).store, commandLog(terminal));
  try {
    return await work(store);
  } finally {
    await store.close();
  }
}
