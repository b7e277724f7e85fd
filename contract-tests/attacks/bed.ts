import { ROOT } from '../auth/identity-provider.ts';
import { startBed } from '../auth/gateway.ts';
import type { Bed } from '../auth/gateway.ts';
import { accountPrincipal } from '../../relay/signin/nextcloud-account.ts';
import type { Principal } from '../../relay/store/principal.ts';
import type { Store } from '../../relay/store/store.ts';
import { HttpBrowser } from './http-browser.ts';
import { OAuthClient } from './oauth-client.ts';
import type { Tokens } from './oauth-client.ts';

export { RESOURCE, ROOT } from '../auth/identity-provider.ts';

/** Where a client on the person’s computer waits; nothing listens there. */
export const CALLBACK = 'http://127.0.0.1:3999/callback';
export const HOSTED = 'https://assistant.example.net/callback';

/** A running gateway where people sign in with their Nextcloud, as its attackers meet it: over HTTP. */
export interface AttackBed extends Bed {
  readonly store: Store;
  /** Moves the gateway’s clock. */
  advance(seconds: number): void;
  browser(): HttpBrowser;
  client(redirect?: string, metadata?: Readonly<Record<string, unknown>>): Promise<OAuthClient>;
  /** Whoever logs in at Nextcloud next. */
  atNextcloud(person: string | undefined): void;
  personOf(userId: string): Principal;
  /** As far as the code in the client’s address. */
  code(
    client: OAuthClient,
    browser: HttpBrowser,
    person?: string,
    allow?: readonly string[],
  ): Promise<string>;
  /** The whole way to tokens: the person logs in at Nextcloud and allows what is ticked, or these. */
  connect(
    client: OAuthClient,
    browser: HttpBrowser,
    person?: string,
    allow?: readonly string[],
  ): Promise<Tokens>;
}

/** None of the identity provider that the bed has for other modes, and the documentation’s two addresses. */
const EMBEDDED = { OIDC_DISCOVERY_URL: '', OIDC_CLIENT_ID: '', OIDC_CLIENT_SECRET: '' };

export async function startAttackBed(
  environment: Readonly<Record<string, string>> = {},
): Promise<AttackBed> {
  let ahead = 0;
  const bed = await startBed(
    { ...EMBEDDED, ...environment },
    () => new Date(Date.now() + ahead * 1000),
  );
  const store = bed.dependencies.signIn?.store;
  if (store === undefined) throw new Error('nobody could sign in');
  const atNextcloud = (person: string | undefined): void => {
    bed.nextcloud.granting =
      person === undefined ? undefined : { loginName: person, appPassword: appPasswordOf(person) };
  };
  const code: AttackBed['code'] = async (client, browser, person = 'alice', allow) => {
    atNextcloud(person);
    const page = await browser.follow(client.authorizeUrl());
    atNextcloud(undefined);
    const end = await browser.submit(page, '/allow', allow);
    const given = end.url.searchParams.get('code');
    if (given === null) throw new Error(`no code: ${end.url.href} ${end.text}`);
    return given;
  };
  return {
    ...bed,
    store,
    advance: (seconds) => void (ahead += seconds),
    browser: () => new HttpBrowser(bed),
    client: (redirect = CALLBACK, metadata = {}) => OAuthClient.registered(bed, redirect, metadata),
    atNextcloud,
    personOf: (userId) => accountPrincipal(ROOT, bed.nextcloud.url, userId),
    code,
    connect: async (client, ...more) => client.tokens(await code(client, ...more)),
  };
}

/** What Nextcloud gives out for a person. */
export function appPasswordOf(person: string): string {
  return `app-password-of-${person}-0123456789`;
}
