import type { AccessRules } from '../../store/access-rules.ts';
import type { Principal } from '../../store/principal.ts';

/** Somebody who logged in, as the browser's session will know them. */
export interface LoggedIn {
  readonly principal: Principal;
  /** As Nextcloud knows them, or the identity provider where that one was asked. */
  readonly userId: string;
  readonly displayName?: string | undefined;
}

/** Why somebody who came back from a login is not let in. */
export type LoginRefusal =
  /** An administrator's lists. */
  | 'not_permitted'
  /** They, or the server, said no. */
  | 'denied'
  /** The provider does not let the gateway ask, whoever the person is. */
  | 'provider_error'
  /** The answer comes from another provider than was asked (mix-up). */
  | 'wrong_issuer'
  /** Tokens came that may not be used. */
  | 'unusable_answer';

export type LoginOutcome =
  | { readonly kind: 'person'; readonly person: LoggedIn }
  | {
      readonly kind: 'refused';
      readonly reason: LoginRefusal;
      /** Who was refused, when that is known. */
      readonly person?: LoggedIn | undefined;
    };

/** The administrator's lists about one person: by user id or subject, and by group. */
export async function isPermitted(
  rules: AccessRules,
  { userId, principal }: LoggedIn,
  groups: readonly string[],
): Promise<boolean> {
  const names = [...new Set([userId, principal.subject])];
  return (await rules.permits('user', names)) && (await rules.permits('group', groups));
}
