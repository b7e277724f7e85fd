import type { Config } from '../config.ts';
import type { Terminal } from './terminal.ts';
import { withStore } from './with-store.ts';

/**
 * Rewrites every stored secret under the first key of TOKEN_ENCRYPTION_KEY (`new,old`). Can be stopped and run again.
 * Gives the exit code: 1 when some could not be read with the given keys.
 */
export async function rotateKeys(config: Config, terminal: Terminal): Promise<number> {
  const done = await withStore(config, terminal, (store) => store.rotateKeys());
  const rewritten = done.reduce((sum, one) => sum + one.rewritten, 0);
  const unreadable = done.reduce((sum, one) => sum + one.unreadable, 0);
  terminal.out(`${String(rewritten)} secrets are now under the first key.\n`);
  if (unreadable === 0) return 0;
  terminal.err(
    `${String(unreadable)} could not be read with the keys given; they were left as they are.\n`,
  );
  return 1;
}
