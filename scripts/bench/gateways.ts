import { join } from 'node:path';
import { CLIENT, NEXTCLOUD, ROOT } from '../../contract-tests/auth/identity-provider.ts';
import type { IdentityProvider } from '../../contract-tests/auth/identity-provider.ts';
import { startGateway } from './processes.ts';
import type { RunningGateway } from './processes.ts';

/** More than any machine answers in a minute: the limits are there, and never reached. */
const UNREACHED = '100000000';

/** For one user, with their password. */
export function startSingleUser(nextcloud: string): Promise<RunningGateway> {
  return startGateway({
    NEXTCLOUD_HOST: nextcloud,
    NEXTCLOUD_USERNAME: 'alice',
    NEXTCLOUD_PASSWORD: 'secret',
  });
}

/** For many people: every check of the chain, a token exchange, a store with its audit log in `folder`. */
export function startAuthenticated(
  nextcloud: string,
  provider: IdentityProvider,
  folder: string,
): Promise<RunningGateway> {
  return startGateway({
    NEXTCLOUD_HOST: nextcloud,
    NEXTCLOUD_MCP_SERVER_URL: ROOT,
    NEXTCLOUD_RESOURCE_URI: NEXTCLOUD,
    OIDC_DISCOVERY_URL: provider.discoveryUrl,
    OIDC_CLIENT_ID: CLIENT.id,
    OIDC_CLIENT_SECRET: CLIENT.secret,
    ENABLE_TOKEN_EXCHANGE: 'true',
    TOKEN_STORAGE_DB: join(folder, 'gateway.db'),
    MCP_RATE_LIMIT: UNREACHED,
    MCP_RATE_LIMIT_ADDRESS: UNREACHED,
  });
}
