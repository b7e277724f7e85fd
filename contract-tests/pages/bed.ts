import type { Browser, BrowserContextOptions } from 'playwright-core';
import { startSignInGateway } from '../sign-in/gateway.ts';
import type { SignInGateway } from '../sign-in/gateway.ts';
import { mcpClient } from '../sign-in/mcp-client.ts';
import type { McpClient } from '../sign-in/mcp-client.ts';
import { Person } from '../sign-in/person.ts';
import { startStandInNextcloud } from '../sign-in/stand-in/nextcloud.ts';
import type { StandInNextcloud } from '../sign-in/stand-in/nextcloud.ts';
import { startIdentityProvider } from './identity-provider.ts';
import type { IdentityProvider } from './identity-provider.ts';
import { NEXTCLOUD_AUDIENCE } from './provider-configuration.ts';

/** How a gateway with an identity provider gets at Nextcloud. */
export const CREDENTIALS = {
  'token exchange': {
    ENABLE_TOKEN_EXCHANGE: 'true',
    ENABLE_OFFLINE_ACCESS: 'true',
    NEXTCLOUD_RESOURCE_URI: NEXTCLOUD_AUDIENCE,
  },
  'app passwords': {},
} as const;

/** A gateway whose people come from an identity provider, a Nextcloud, and people at browsers. */
export interface ProviderBed {
  readonly nextcloud: StandInNextcloud;
  readonly idp: IdentityProvider;
  readonly gateway: SignInGateway;
  client(): Promise<McpClient>;
  person(userId: string, options?: BrowserContextOptions): Promise<Person>;
  close(): Promise<void>;
}

export async function startProviderBed(
  browser: Browser,
  credential: keyof typeof CREDENTIALS,
): Promise<ProviderBed> {
  const nextcloud = await startStandInNextcloud();
  nextcloud.addNote('alice', 'Alice’s diary');
  const idp = await startIdentityProvider(nextcloud.people);
  const gateway = await startSignInGateway(nextcloud.url, (publicUrl) => {
    const { id, secret } = idp.registerGateway(publicUrl);
    return {
      ...CREDENTIALS[credential],
      OIDC_DISCOVERY_URL: idp.discoveryUrl,
      OIDC_CLIENT_ID: id,
      OIDC_CLIENT_SECRET: secret,
    };
  });
  const closing: (() => Promise<void>)[] = [];
  return {
    nextcloud,
    idp,
    gateway,
    async client() {
      const options = { gatewayUrl: gateway.url, name: 'Company assistant' };
      const client = await mcpClient('2.x, 2026-07-28', options);
      closing.push(() => client.close());
      return client;
    },
    async person(userId, more = {}) {
      const context = await browser.newContext(more);
      context.setDefaultTimeout(10_000);
      closing.push(() => context.close());
      const { id, password } = nextcloud.people.byId(userId);
      return Person.in(context, { loginName: id, password });
    },
    async close() {
      for (const one of closing) await one();
      await gateway.close();
      await idp.close();
      await nextcloud.close();
    },
  };
}
