import type { AtTheBrowser } from './signing-in-client.ts';

interface Call {
  readonly name: string;
  readonly args: Record<string, unknown>;
}

/** A running gateway with its own authorization server, and somebody at a browser. */
export interface AuthorizationBed {
  /** Root URL of the gateway, which is the issuer too; no slash at the end. */
  readonly url: string;
  readonly atTheBrowser: AtTheBrowser;
  /** Of the clients: a loopback address, where the browser finds something. */
  readonly redirectUri: string;
  /** A client's metadata document, where the gateway can fetch it, with that `redirectUri`. */
  readonly documentUrl: string;
  /** A tool for which the scopes of the first challenge are enough. */
  readonly reading: Call;
  /** One that needs this scope, which a person can leave out. */
  readonly writing: Call & { readonly scope: string };
}

export interface ServerMetadata {
  readonly issuer: string;
  readonly registration_endpoint: string;
  readonly scopes_supported?: readonly string[];
  readonly authorization_response_iss_parameter_supported?: boolean;
}

export async function serverMetadata({ url }: AuthorizationBed): Promise<ServerMetadata> {
  return (await json(`${url}/.well-known/oauth-authorization-server`)) as ServerMetadata;
}

/** Every scope the resource names. */
export async function resourceScopes({ url }: AuthorizationBed): Promise<readonly string[]> {
  const metadata = await json(`${url}/.well-known/oauth-protected-resource/mcp`);
  return (metadata as { scopes_supported: string[] }).scopes_supported;
}

/** A public client, as an administrator or an installer would register it. */
export async function registeredClient(
  bed: AuthorizationBed,
  redirectUri = bed.redirectUri,
): Promise<{ readonly client_id: string }> {
  const { registration_endpoint: endpoint } = await serverMetadata(bed);
  return (await json(endpoint, {
    client_name: 'Known before',
    redirect_uris: [redirectUri],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  })) as { client_id: string };
}

export function listOf(scopes: string): string[] {
  return scopes.split(' ').filter((scope) => scope !== '');
}

async function json(url: string, body?: object): Promise<unknown> {
  const post = { method: 'POST', headers: { 'Content-Type': 'application/json' } };
  const answer = await fetch(
    url,
    body === undefined ? {} : { ...post, body: JSON.stringify(body) },
  );
  if (!answer.ok) throw new Error(`${url}: ${String(answer.status)} ${await answer.text()}`);
  return answer.json();
}
