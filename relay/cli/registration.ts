import { ConfigurationError } from '../config.ts';
import type { Config } from '../config.ts';
import { composeSignInDependencies } from '../dependencies.ts';
import type { Terminal } from './terminal.ts';
import { commandLog, signInOf } from './with-store.ts';

/**
 * Gives back the client that the gateway registered for itself (RFC 7592). Gives the exit code: 1 when there was none, or
 * when the provider did not say that it is gone.
 */
export async function deleteRegistration(config: Config, terminal: Terminal): Promise<number> {
  const signIn = signInOf(config);
  const log = commandLog(terminal);
  const dependencies = await composeSignInDependencies({ config, signIn, log });
  try {
    const { registration, store } = dependencies.signIn ?? {};
    if (registration === undefined || store === undefined) throw notItsOwn();
    const isGone = await registration.forget();
    await store.audit.record({
      event: 'registration.deleted',
      outcome: isGone ? 'ok' : 'failed',
    });
    if (isGone)
      terminal.out(
        'Given back. Start running gateways anew; the next sign-in makes another registration.\n',
      );
    else terminal.err('There was none, or the provider did not confirm that it is gone.\n');
    return isGone ? 0 : 1;
  } finally {
    await dependencies.close();
  }
}

function notItsOwn(): ConfigurationError {
  return new ConfigurationError([
    {
      setting: 'OIDC_CLIENT_ID',
      message: 'is set, or no identity provider is: the gateway has not registered itself',
      hint: 'A client that an administrator made is deleted where it was made.',
    },
  ]);
}
