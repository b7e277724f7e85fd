import { startAttackBed } from '../attacks/bed.ts';
import type { AttackBed } from '../attacks/bed.ts';
import { offeredOn } from '../attacks/http-browser.ts';
import { CLIENT, NEXTCLOUD, RESOURCE } from './identity-provider.ts';
import { EXCHANGE, startBed } from './gateway.ts';
import type { Bed } from './gateway.ts';

/** A way to sign in and to reach Nextcloud. One more entry in MODES puts one more through the whole proof. */
interface Mode {
  readonly name: string;
  /** The gateway in this mode, with a person who is able to work. */
  start(): Promise<Bed>;
  /** Makes the person able to work again after they took access back. */
  prepare(bed: Bed): Promise<void>;
  /** A token as an MCP client has it, with these scopes. */
  token(bed: Bed, scope: string): Promise<string>;
  /** What Nextcloud may get as Authorization. */
  credentials(bed: Bed, token: string): readonly string[];
  /** What else may stand in no log, audit row, file or answer. */
  secrets(bed: Bed): readonly string[];
  /** The client’s token is sent to the identity provider, for another one. */
  readonly exchanges: boolean;
}

const APP_PASSWORD = 'app-password-of-alice-0123456789';
const BASIC = `Basic ${Buffer.from(`alice:${APP_PASSWORD}`).toString('base64')}`;

const nothing = (): Promise<void> => Promise.resolve();
const tokenFor =
  (aud: unknown): Mode['token'] =>
  (bed, scope) =>
    bed.idp.token({ scope, claims: { aud } });
const common = {
  secrets: (bed: Bed) => [CLIENT.secret, APP_PASSWORD, BASIC.slice(6), ...bed.idp.given],
};

export const MODES: readonly Mode[] = [
  {
    ...common,
    name: 'token exchange',
    start: () => startBed(EXCHANGE),
    prepare: nothing,
    token: tokenFor(RESOURCE),
    credentials: (bed) => bed.idp.given.map((one) => `Bearer ${one}`),
    exchanges: true,
  },
  {
    ...common,
    name: 'app passwords',
    async start() {
      const bed = await startBed({});
      await connect(bed);
      return bed;
    },
    prepare: connect,
    token: tokenFor(RESOURCE),
    credentials: () => [BASIC],
    exchanges: false,
  },
  {
    ...common,
    name: 'several audiences, where the client’s token is the credential',
    start: () => startBed({ ENABLE_MULTI_AUDIENCE: 'true' }),
    prepare: nothing,
    token: tokenFor([RESOURCE, NEXTCLOUD]),
    credentials: (_bed, token) => [`Bearer ${token}`],
    exchanges: false,
  },
  {
    ...common,
    name: 'the gateway’s own sign-in',
    start: () => startAttackBed(),
    async prepare(bed: AttackBed) {
      await bed.connect(await bed.client(), bed.browser());
    },
    token: signedInToken,
    credentials: () => [BASIC],
    exchanges: false,
  },
];

/** With every scope there is: what is asked for by name belongs to an identity provider. */
async function signedInToken(bed: AttackBed): Promise<string> {
  const [client, browser] = [await bed.client(), bed.browser()];
  bed.atNextcloud('alice');
  const page = await browser.follow(client.authorizeUrl({ scope: undefined }));
  bed.atNextcloud(undefined);
  const { url } = await browser.submit(page, '/allow', offeredOn(page));
  return (await client.tokens(url.searchParams.get('code') ?? '')).access_token;
}

async function connect(bed: Bed): Promise<void> {
  const person = { issuer: bed.idp.issuer, subject: 'alice' };
  await bed.dependencies.signIn?.store.appPasswords.save(person, {
    appPassword: APP_PASSWORD,
    loginName: 'alice',
    userId: 'alice',
    server: bed.nextcloud.url,
    scopes: null,
  });
}
