import { createHash, randomBytes } from 'node:crypto';
import type { Answer } from '../auth/gateway.ts';
import { RESOURCE, ROOT } from '../auth/identity-provider.ts';
import type { Gateway } from './http-browser.ts';

export interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
  readonly scope: string;
}

/** What a token endpoint or a registration says. */
export interface Said {
  readonly status: number;
  readonly body: Readonly<Record<string, unknown>>;
  readonly answer: Answer;
}

type Changes = Readonly<Record<string, string | undefined>>;
type Headers = Readonly<Record<string, string>>;

const SCOPES = ['files:read', 'notes:read', 'notes:write'];

/** An MCP client by hand, for requests that no well-behaved one makes. */
export class OAuthClient {
  readonly id: string;
  readonly redirect: string;
  readonly verifier = randomBytes(32).toString('base64url');
  readonly secret: string | undefined;
  readonly #gateway: Gateway;

  constructor(gateway: Gateway, id: string, redirect: string, secret?: string) {
    this.#gateway = gateway;
    this.id = id;
    this.redirect = redirect;
    this.secret = secret;
  }

  static async registered(
    gateway: Gateway,
    redirect: string,
    metadata: Readonly<Record<string, unknown>> = {},
  ): Promise<OAuthClient> {
    const said = await register(gateway, { redirect_uris: [redirect], ...metadata });
    if (said.status !== 201) throw new Error(said.answer.text);
    const { client_id: id, client_secret: secret } = said.body;
    return new OAuthClient(gateway, String(id), redirect, secret as string | undefined);
  }

  get challenge(): string {
    return createHash('sha256').update(this.verifier).digest('base64url');
  }

  /** @param changes parameters to replace; undefined leaves one out */
  authorizeUrl(changes: Changes = {}): string {
    const url = new URL('/oauth/authorize', ROOT);
    const parameters: Changes = {
      client_id: this.id,
      redirect_uri: this.redirect,
      response_type: 'code',
      state: 'the-state',
      code_challenge: this.challenge,
      code_challenge_method: 'S256',
      resource: RESOURCE,
      scope: SCOPES.join(' '),
      ...changes,
    };
    for (const [name, value] of Object.entries(parameters))
      if (value !== undefined) url.searchParams.set(name, value);
    return url.href;
  }

  redeem(code: string, changes: Changes = {}, headers: Headers = {}): Promise<Said> {
    const right = {
      grant_type: 'authorization_code',
      client_id: this.id,
      redirect_uri: this.redirect,
      code_verifier: this.verifier,
      resource: RESOURCE,
      code,
    };
    return post(this.#gateway, '/oauth/token', { ...right, ...changes }, headers);
  }

  refresh(token: string, changes: Changes = {}, headers: Headers = {}): Promise<Said> {
    const right = { grant_type: 'refresh_token', client_id: this.id, refresh_token: token };
    return post(this.#gateway, '/oauth/token', { ...right, ...changes }, headers);
  }

  revoke(token: string, changes: Changes = {}): Promise<Said> {
    return post(this.#gateway, '/oauth/revoke', { token, client_id: this.id, ...changes });
  }

  async tokens(code: string): Promise<Tokens> {
    const { status, body, answer } = await this.redeem(code);
    if (status !== 200) throw new Error(answer.text);
    return body as unknown as Tokens;
  }
}

/** A public client with refresh tokens, unless `metadata` says otherwise. */
export function register(
  gateway: Gateway,
  metadata: Readonly<Record<string, unknown>>,
): Promise<Said> {
  const body = {
    client_name: 'Test client',
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
    ...metadata,
  };
  return said(gateway.send({ path: '/oauth/register', body }));
}

export function post(
  gateway: Gateway,
  path: string,
  fields: Changes,
  headers: Headers = {},
): Promise<Said> {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(fields))
    if (value !== undefined) form.set(name, value);
  const type = { 'Content-Type': 'application/x-www-form-urlencoded' };
  return said(gateway.send({ path, body: form.toString(), headers: { ...type, ...headers } }));
}

async function said(sent: Promise<Answer>): Promise<Said> {
  const answer = await sent;
  return { status: answer.status, body: objectIn(answer.text), answer };
}

function objectIn(text: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** What an access token says about itself. */
export function claimsOf(token: string): Readonly<Record<string, unknown>> {
  const payload = Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8');
  return JSON.parse(payload) as Record<string, unknown>;
}
