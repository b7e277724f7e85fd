import { RelayError } from '../../errors.ts';
import { askOcs } from '../../nextcloud/ask-ocs.ts';
import type { NextcloudServer } from '../../nextcloud/connect.ts';
import type { Credential } from '../../nextcloud/credential.ts';
import { accountPrincipal } from '../nextcloud-account.ts';
import type { LoggedIn } from './logged-in.ts';

export interface AskedAccount {
  readonly person: LoggedIn;
  readonly groups: readonly string[];
}

export interface AccountNames {
  /** Issuer of the people we name ourselves: root of the gateway as browsers reach it. */
  readonly issuer: string;
  /** Root of the Nextcloud as configured. */
  readonly nextcloudUrl: string;
}

/**
 * Who a fresh credential belongs to, asked of Nextcloud itself (`GET /cloud/user`).
 *
 * @throws RelayError
 */
export async function askAccount(
  server: NextcloudServer,
  credential: Credential,
  { issuer, nextcloudUrl }: AccountNames,
): Promise<AskedAccount> {
  const data = await askOcs(server.as(credential).exchange, '/ocs/v2.php/cloud/user');
  const { id, displayname, groups } = (data ?? {}) as Readonly<Record<string, unknown>>;
  if (typeof id !== 'string' || id === '') {
    throw new RelayError('upstream_error', 'Nextcloud did not tell who the user is.');
  }
  const named = typeof displayname === 'string' && displayname !== '';
  return {
    person: {
      principal: accountPrincipal(issuer, nextcloudUrl, id),
      userId: id,
      ...(named ? { displayName: displayname } : {}),
    },
    groups: Array.isArray(groups) ? groups.filter((one) => typeof one === 'string') : [],
  };
}
