import { RelayError } from '../errors.ts';
import { askOcs } from './ask-ocs.ts';
import type { Exchange } from './exchange.ts';

/** The id in paths of files, calendars and contacts. The login name may differ from it (mail address, LDAP, OIDC). */
export async function askUserId(exchange: Exchange): Promise<string> {
  const data = await askOcs(exchange, '/ocs/v2.php/cloud/user');
  const id = (data as { id?: unknown } | null)?.id;
  if (typeof id === 'string' && id !== '') return id;
  throw new RelayError('upstream_error', 'Nextcloud did not tell who the user is.');
}
