import { audienceSet, checkBothAudiences } from '../access/audience.ts';
import { RelayError } from '../errors.ts';
import { bearer } from './bearer.ts';
import type { CredentialStrategy } from './strategy.ts';
import { audiencesOf, claimsOf } from './token-claims.ts';

export interface MultiAudienceOptions {
  /** The switch an administrator has to turn. */
  readonly enabled: boolean;
  /** Names of this gateway in `aud`. */
  readonly ownAudiences: readonly string[];
  /** Names of Nextcloud in `aud`. */
  readonly nextcloudAudiences: readonly string[];
}

/**
 * The only mode in which the client's token reaches Nextcloud: the issuer made it for both, and says so in `aud`. For
 * providers that cannot exchange; off unless switched on. A token that names only one of the two, or does not say
 * (opaque), is refused.
 *
 * @throws RelayError `configuration` when it was not switched on, or the two cannot be told apart
 */
export function multiAudience(options: MultiAudienceOptions): CredentialStrategy {
  const { ownAudiences, nextcloudAudiences } = options;
  if (!options.enabled) {
    throw new RelayError('configuration', 'Tokens for several audiences are switched off.');
  }
  if (
    nextcloudAudiences.length === 0 ||
    nextcloudAudiences.some((one) => ownAudiences.includes(one))
  ) {
    throw new RelayError('configuration', 'Gateway and Nextcloud need different audiences.', {
      hint: 'Set NEXTCLOUD_RESOURCE_URI to what the provider writes for Nextcloud.',
    });
  }
  const rule = { own: audienceSet(ownAudiences), nextcloud: audienceSet(nextcloudAudiences) };
  return {
    name: 'multi-audience',
    credentialFor({ subjectToken }) {
      const claims = claimsOf(subjectToken);
      const named = claims === undefined ? [] : audiencesOf(claims);
      // by the rule that let the token in
      return checkBothAudiences(named, rule).ok
        ? Promise.resolve(bearer(subjectToken))
        : Promise.reject(notForNextcloud());
    },
    rejected: () => Promise.resolve(false),
  };
}

function notForNextcloud(): RelayError {
  return new RelayError('unauthorized', 'This sign-in is not meant for Nextcloud.', {
    hint: 'The token has to name both this gateway and Nextcloud as its audience.',
  });
}
