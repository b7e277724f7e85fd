import type { Config } from '../config.ts';
import type { SignInConfig } from '../config/sign-in.ts';
import { accountPrincipal } from '../signin/nextcloud-account.ts';
import type { Principal } from '../store/principal.ts';
import { signInOf } from './with-store.ts';

/**
 * The person an administrator means: by Nextcloud user id where people sign in with their Nextcloud account, else as
 * their tokens name them (`sub`).
 */
export function personNamed(config: Config, name: string, issuer?: string): Principal {
  const signIn = signInOf(config);
  return signIn.mode === 'embedded'
    ? accountPrincipal(signIn.publicUrl, signIn.nextcloud.host, name)
    : { issuer: issuer ?? issuerOf(signIn), subject: name };
}

/** The issuer that is meant when none is named. */
function issuerOf(signIn: SignInConfig): string {
  if (signIn.mode === 'embedded') return signIn.publicUrl;
  const { publicIssuer, issuer, discoveryUrl } = signIn.provider;
  return publicIssuer ?? issuer ?? discoveryUrl.replace(/\/\.well-known\/.*$/, '');
}
