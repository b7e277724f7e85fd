import type { RequestHandler } from 'express';
import type { Dependencies } from '../dependencies.ts';
import type { FrontDoorPolicy } from '../signin/front-door.ts';
import { browserSessions } from './browser-session.ts';
import type { BrowserSessions } from './browser-session.ts';
import { loginRoutes } from './routes/login.ts';
import { oauthAuthorize } from './routes/oauth-authorize.ts';
import { oauthConnect } from './routes/oauth-connect.ts';
import { oauthInteraction } from './routes/oauth-interaction.ts';
import { oauthOffline } from './routes/oauth-offline.ts';
import { oauthServer } from './routes/oauth-server.ts';

type SignIn = NonNullable<Dependencies['signIn']>;

const IDLE_SECONDS = 3600;

/** Registrations and metadata documents that one address may cause. */
const PER_ADDRESS = { burst: 60, perMinute: 20 };

/** Logins that one address may have opened at Nextcloud: an office behind one address signs in on a Monday morning. */
const LOGINS_PER_ADDRESS = { burst: 60, perMinute: 30 };

export function sessionsOf({ store, config }: SignIn): BrowserSessions {
  return browserSessions({
    sessions: store.sessions,
    publicUrl: config.publicUrl,
    idleSeconds: Math.min(IDLE_SECONDS, config.sessionSeconds),
    lifeSeconds: config.sessionSeconds,
  });
}

/** What browsers and clients meet on their way to a token, by how people sign in. */
export function signInRoutes(
  { log }: Dependencies,
  signIn: SignIn,
  sessions: BrowserSessions,
  frontDoor: FrontDoorPolicy,
): readonly RequestHandler[] {
  const { front, config } = signIn;
  const { publicUrl } = config;
  const login = loginRoutes({
    login: front.login,
    sessions,
    publicUrl,
    nextcloudUrl: config.nextcloud.publicUrl,
    now: () => Math.floor(Date.now() / 1000),
    log,
    openings: { ...LOGINS_PER_ADDRESS, now: Date.now },
  });
  if (front.kind === 'provider') {
    const { metadata, connection, offline } = front;
    return [
      login,
      oauthAuthorize(frontDoor, metadata),
      ...(connection === undefined ? [] : [oauthConnect(connection, publicUrl, log)]),
      ...(offline === undefined ? [] : [oauthOffline(offline, publicUrl, log)]),
    ];
  }
  const limit = { ...PER_ADDRESS, now: Date.now };
  const server = front.server();
  const { usable } = front;
  const nextcloudHost = new URL(config.nextcloud.publicUrl).host;
  return [
    oauthServer({ server, registrations: limit, documents: limit }), // reads bodies itself
    login,
    oauthInteraction({ server, sessions, logins: front.login, usable, nextcloudHost }),
  ];
}
