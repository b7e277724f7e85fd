import { randomBytes } from 'node:crypto';
import { exportJWK, generateKeyPair } from 'jose';
import type { JWK } from 'jose';
import { localKeys } from '../../access/issuer-keys.ts';
import type { IssuerKeys } from '../../access/issuer-keys.ts';
import type { ServerKey, ServerKeys } from '../../store/server-keys.ts';

const SIGNING = 'oauth-signing';
const COOKIES = 'oauth-cookies';

/** Milliseconds between two looks into the store. */
const LOOK_AGAIN = 5_000;
/** Seconds before a new key signs: by then every replica has looked. */
const SETTLING = 30;
/** Seconds for which a cookie of an authorization under way may still come back. */
const COOKIE_LIFE = 86_400;
const MARGIN = 60;

export const SIGNING_ALGORITHM = 'ES256';

/** The keys of the authorization server at one moment. */
export interface KeySet {
  /** Changes when a key was added, begins to sign, or is over. */
  readonly version: string;
  /** Private, the one that signs first. */
  readonly signing: readonly JWK[];
  /** The one that signs first. */
  readonly cookies: readonly string[];
}

export interface SigningKeys {
  current(): Promise<KeySet>;
  /** A new key for tokens and one for cookies; the old ones stay while something they signed is valid. */
  rotate(): Promise<void>;
  /** When the newest signing key was made, epoch seconds. */
  newestAt(): Promise<number>;
  /** For checking our own tokens without HTTP. */
  readonly verification: IssuerKeys;
}

export interface SigningKeysOptions {
  readonly serverKeys: ServerKeys;
  readonly accessTokenSeconds: number;
  /** Epoch milliseconds, the store's clock. */
  readonly now: () => number;
}

/** Keys in the store, so that all replicas sign and accept the same; kept here for a few seconds. */
export function signingKeys(options: SigningKeysOptions): SigningKeys {
  const { serverKeys, accessTokenSeconds, now } = options;
  const seconds = (): number => Math.floor(now() / 1000);
  let known:
    { readonly keys: KeySet; readonly public: IssuerKeys; readonly at: number } | undefined;
  let looking: Promise<void> | undefined;

  async function look(): Promise<void> {
    const signing = await serverKeys.ensure(SIGNING, newSigningKey);
    const cookies = await serverKeys.ensure(COOKIES, newCookieKey);
    const keys: KeySet = {
      version: [...signedFirst(signing, seconds()), ...signedFirst(cookies, seconds())]
        .map(({ id }) => id)
        .join(' '),
      signing: signedFirst(signing, seconds()).map(({ material }) => JSON.parse(material) as JWK),
      cookies: signedFirst(cookies, seconds()).map(({ material }) => material),
    };
    known = {
      keys,
      public: localKeys({ keys: keys.signing.map(publicPart) }),
      at: now(),
    };
  }

  async function fresh(): Promise<NonNullable<typeof known>> {
    if (known === undefined || now() - known.at >= LOOK_AGAIN) {
      looking ??= look().finally(() => {
        looking = undefined;
      });
      await looking;
    }
    if (known === undefined) throw new Error('The authorization server has no keys.');
    return known;
  }

  return {
    current: async () => (await fresh()).keys,
    verification: { find: async (wanted) => (await fresh()).public.find(wanted) },
    async newestAt() {
      return (await serverKeys.list(SIGNING)).at(-1)?.createdAt ?? 0;
    },
    async rotate() {
      const over: [string, () => Promise<string>, number][] = [
        [SIGNING, newSigningKey, SETTLING + accessTokenSeconds + MARGIN],
        [COOKIES, newCookieKey, SETTLING + COOKIE_LIFE],
      ];
      for (const [purpose, make, life] of over) {
        const before = await serverKeys.list(purpose);
        await serverKeys.add(purpose, await make());
        for (const key of before) {
          if (key.expiresAt === undefined) await serverKeys.expire(key.id, seconds() + life);
        }
      }
      known = undefined;
    },
  };
}

/** The newest key that everybody knows by now, then the others. The very first signs at once. */
function signedFirst(keys: readonly ServerKey[], now: number): readonly ServerKey[] {
  const settled = keys.filter(({ createdAt }) => createdAt <= now - SETTLING);
  const first = settled.at(-1) ?? keys[0];
  return first === undefined ? [] : [first, ...keys.filter((key) => key !== first)];
}

async function newSigningKey(): Promise<string> {
  const { privateKey } = await generateKeyPair(SIGNING_ALGORITHM, { extractable: true });
  const kid = randomBytes(12).toString('base64url');
  return JSON.stringify({
    ...(await exportJWK(privateKey)),
    kid,
    alg: SIGNING_ALGORITHM,
    use: 'sig',
  });
}

function newCookieKey(): Promise<string> {
  return Promise.resolve(randomBytes(32).toString('base64url'));
}

function publicPart({ d: _private, ...key }: JWK): JWK {
  return key;
}
