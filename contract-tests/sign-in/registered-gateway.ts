import axios from 'axios';
import { accountsFrom } from '../live.ts';

/** A gateway as client of a real Nextcloud's `oauth2` app. */
export interface RegisteredGateway {
  /** For the gateway. */
  readonly settings: Readonly<Record<string, string>>;
  /** Takes the registration back. */
  remove(): Promise<void>;
}

/** Registers a gateway as the account `admin` of CONTRACT_TEST_ACCOUNTS, with its login password. */
export async function registerGateway(
  nextcloudUrl: string,
  env: NodeJS.ProcessEnv,
  publicUrl: string,
): Promise<RegisteredGateway> {
  const admin = accountsFrom(env).get('admin');
  if (admin === undefined) throw new Error('CONTRACT_TEST_ACCOUNTS needs an admin account');
  const http = axios.create({
    baseURL: `${nextcloudUrl}/index.php/apps/oauth2/clients`,
    auth: { username: admin.username, password: admin.password },
    headers: { 'OCS-APIRequest': 'true' },
  });
  const redirectUri = `${publicUrl}/oauth/login/callback`;
  const { data } = await http.post<{ id: number; clientId: string; clientSecret: string }>('', {
    name: 'Live test gateway',
    redirectUri,
  });
  return {
    settings: {
      NEXTCLOUD_OAUTH2_CLIENT_ID: data.clientId,
      NEXTCLOUD_OAUTH2_CLIENT_SECRET: data.clientSecret,
    },
    async remove() {
      await http.delete(`/${String(data.id)}`);
    },
  };
}
