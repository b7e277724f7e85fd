import { createServer } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { createLocalJWKSet, exportJWK, generateKeyPair, jwtVerify } from 'jose';
import type { JWK } from 'jose';
import { Provider, errors } from 'oidc-provider';
import type { Page } from 'playwright-core';
import { markup } from '../../relay/web/markup.ts';
import type { Kept } from '../auth/provider-rows.ts';
import type { People } from '../sign-in/stand-in/people.ts';
import { EXCHANGE, NEXTCLOUD_AUDIENCE, providerConfiguration } from './provider-configuration.ts';

const GATEWAY_ID = 'gateway';

export interface IdentityProvider {
  readonly host: string;
  readonly discoveryUrl: string;
  /** An administrator registers the gateway. */
  registerGateway(publicUrl: string): { readonly id: string; readonly secret: string };
  /** Refresh tokens of a person that the gateway holds and that still work. */
  heldByGateway(userId: string): number;
  close(): Promise<void>;
}

/**
 * oidc-provider with a login page of its own, for people who have an account at the Nextcloud too. What it exchanges a
 * token for (RFC 8693) opens that Nextcloud.
 */
export async function startIdentityProvider(people: People): Promise<IdentityProvider> {
  const kept: Kept = new Map();
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const named = { kid: 'only', alg: 'ES256', use: 'sig' };
  const key: JWK = { ...(await exportJWK(privateKey)), ...named };
  let handle = (_request: IncomingMessage, _response: ServerResponse): Promise<void> =>
    Promise.reject(new Error('not ready'));
  const server = createServer((request, response) => {
    handle(request, response).catch(() => response.destroy());
  });
  await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
  const host = `127.0.0.1:${String((server.address() as AddressInfo).port)}`;
  const issuer = `http://${host}`;
  const personOf = (id: string) => people.byId(id);
  const provider = new Provider(issuer, providerConfiguration(key, kept, personOf));
  registerExchange(provider, issuer, { ...(await exportJWK(publicKey)), ...named }, people);
  const answer = provider.callback();
  handle = (request, response) =>
    request.url?.startsWith('/interaction/') === true
      ? interact(provider, people, request, response)
      : answer(request, response);
  return {
    host,
    discoveryUrl: `${issuer}/.well-known/openid-configuration`,
    registerGateway(publicUrl) {
      const [id, secret] = [GATEWAY_ID, 'a-secret-of-the-gateway-for-tests-only'];
      kept.set(`Client ${id}`, {
        client_id: id,
        client_secret: secret,
        redirect_uris: [`${publicUrl}/oauth/callback`, `${publicUrl}/oauth/login/callback`],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token', EXCHANGE],
      });
      return { id, secret };
    },
    heldByGateway: (userId) =>
      [...kept].filter(
        ([name, row]) =>
          name.startsWith('RefreshToken ') &&
          row['accountId'] === userId &&
          row['clientId'] === GATEWAY_ID &&
          row['consumed'] === undefined,
      ).length,
    async close() {
      server.closeAllConnections();
      await new Promise((done) => server.close(done));
    },
  };
}

/** On the provider's own page. */
export async function logInAtProvider(
  page: Page,
  account: { readonly loginName: string; readonly password: string },
): Promise<void> {
  await page.getByRole('heading', { name: 'Company login' }).waitFor();
  await page.getByLabel('Name').fill(account.loginName);
  await page.getByLabel('Password').fill(account.password);
  const next = page.waitForEvent('domcontentloaded');
  await page.getByRole('button', { name: 'Log in' }).click();
  await next;
}

/** Asks who it is; whoever is in may use every app, as companies set it up for their own. */
async function interact(
  provider: Provider,
  people: People,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { prompt, params, session } = await provider.interactionDetails(request, response);
  const finish = (result: object): Promise<void> =>
    provider.interactionFinished(request, response, result, { mergeWithLastSubmission: true });
  if (prompt.name === 'login') {
    const form = new URLSearchParams(request.method === 'POST' ? await text(request) : '');
    if (form.has('refuse')) return finish({ error: 'access_denied' });
    const person = people.loggingIn(form.get('name') ?? '', form.get('password') ?? '');
    if (person !== undefined) return finish({ login: { accountId: person.id } });
    response.setHeader('Content-Type', 'text/html; charset=utf-8');
    response.end(LOGIN_PAGE);
    return undefined;
  }
  const grant = new provider.Grant({
    accountId: session?.accountId,
    clientId: params['client_id'],
  });
  grant.addOIDCScope(params['scope'] ?? 'openid');
  if (params['resource'] !== undefined) {
    grant.addResourceScope(params['resource'], params['scope'] ?? '');
  }
  return finish({ consent: { grantId: await grant.save() } });
}

const LOGIN_PAGE =
  markup`<!doctype html><html lang="en"><meta charset="utf-8"><title>Company login</title>
<h1>Company login</h1><form method="post">
<label>Name <input name="name"></label> <label>Password <input name="password" type="password"></label>
<button>Log in</button> <button name="refuse" value="1">Refuse</button></form></html>`.text;

function registerExchange(provider: Provider, issuer: string, key: JWK, people: People): void {
  const known = createLocalJWKSet({ keys: [key] });
  provider.registerGrantType(
    EXCHANGE,
    async (context) => {
      const { subject_token: subject = '', audience } = context.oidc.params;
      const { payload } = await jwtVerify(subject, known, { issuer, typ: 'at+jwt' }).catch(() => {
        throw new errors.InvalidGrant('subject token');
      });
      if (audience !== NEXTCLOUD_AUDIENCE) throw new errors.InvalidTarget();
      const { id } = people.byId(payload.sub ?? '');
      context.body = {
        access_token: people.issue(id, id, 'exchanged').secret,
        issued_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        token_type: 'Bearer',
        expires_in: 300,
      };
    },
    ['subject_token', 'subject_token_type', 'requested_token_type', 'audience', 'scope'],
    ['audience'],
  );
}
