import type { Store } from '../store.ts';
import { alice, bob } from './people.ts';

/** What must never lie in clear; each is a text that occurs nowhere else. */
export const PLANTED = {
  refreshToken: 'planted-refresh-token-5d1c',
  appPassword: 'planted-app-password-5d1c',
  accessToken: 'planted-access-token-5d1c',
  nextcloudRefreshToken: 'planted-nextcloud-refresh-5d1c',
  flowPayload: 'planted-verifier-5d1c',
  clientSecret: 'planted-client-secret-5d1c',
  registrationToken: 'planted-registration-token-5d1c',
  sessionData: 'planted-session-data-5d1c',
  artifactId: 'planted-artifact-id-5d1c',
  grantId: 'planted-grant-id-5d1c',
  uid: 'planted-uid-5d1c',
  signingKey: 'planted-signing-key-5d1c',
  usedToken: 'planted-jti-5d1c',
} as const;

export interface Filled {
  readonly flowId: string;
  readonly sessionId: string;
  readonly csrfToken: string;
}

/** A secret in every place that may hold one. */
export async function fill(store: Store): Promise<Filled> {
  const issuer = alice.issuer;
  const grant = { audience: 'a', scopes: ['notes:read'], clientId: 'c' };
  await store.grants.save(alice, { ...grant, refreshToken: PLANTED.refreshToken });
  await store.grants.save(bob, { ...grant, refreshToken: 'of bob' });
  const password = { loginName: 'alice', userId: 'alice', server: 's', scopes: null };
  await store.appPasswords.save(alice, { ...password, appPassword: PLANTED.appPassword });
  await store.nextcloudTokens.save(alice, {
    accessToken: PLANTED.accessToken,
    refreshToken: PLANTED.nextcloudRefreshToken,
    userId: 'alice',
    server: 's',
    expiresAt: 2_000_000_000,
  });
  await store.registeredClients.save(issuer, {
    clientId: 'c',
    clientSecret: PLANTED.clientSecret,
    registrationToken: PLANTED.registrationToken,
    redirectUris: [],
  });
  const payload = { jti: PLANTED.artifactId, grantId: PLANTED.grantId, uid: PLANTED.uid };
  await store.oidcArtifacts.upsert('RefreshToken', PLANTED.artifactId, payload, 600);
  await store.oidcArtifacts.upsert('Grant', PLANTED.grantId, { jti: PLANTED.grantId }, 600);
  await store.serverKeys.add('signing', PLANTED.signingKey);
  await store.usedTokens.use('jti', PLANTED.usedToken, 2_000_000_000);
  const sessionId = await store.sessions.create({
    principal: alice,
    data: { note: PLANTED.sessionData },
    idleSeconds: 600,
    lifeSeconds: 600,
  });
  const flowId = await store.flows.start({
    kind: 'state',
    payload: { verifier: PLANTED.flowPayload },
  });
  const csrfToken = (await store.sessions.find(sessionId))?.csrfToken ?? '';
  return { flowId, sessionId, csrfToken };
}

/** Reads every planted secret back; throws when one cannot be read. */
export async function readBack(store: Store, { flowId, sessionId }: Filled): Promise<string> {
  const start = await store.grants.startRefresh(alice, 30);
  if (start.kind === 'lease') await store.grants.abandonRefresh(start.lease);
  const found = [
    start,
    await store.appPasswords.find(alice),
    await store.nextcloudTokens.find(alice),
    await store.registeredClients.find(alice.issuer),
    await store.oidcArtifacts.find('RefreshToken', PLANTED.artifactId),
    await store.serverKeys.list('signing'),
    await store.sessions.find(sessionId),
    await store.flows.peek('state', flowId),
  ];
  return JSON.stringify(found);
}
