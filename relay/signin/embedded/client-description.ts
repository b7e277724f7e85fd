import type { Client, Provider } from 'oidc-provider';
import { isOnThisComputer } from './client-policy.ts';

/** A client as pages and rules may know it. */
export interface ClientDescription {
  readonly id: string;
  /** Its own claim; without one, the host or the id stands in. */
  readonly name: string;
  /** Host of the metadata document, or of the redirect address; undefined: the person's own computer. */
  readonly host: string | undefined;
  /** The name comes from a document on `host` itself. */
  readonly vouched: boolean;
}

/** @param params of the authorization request, when there is one: a client may have several redirect addresses */
export function describeClient(
  client: Client,
  params: Readonly<Record<string, string | undefined>> = {},
): ClientDescription {
  const vouched = client.clientIdMetadataDocument === true;
  const redirect = params['redirect_uri'] ?? client.redirectUris[0] ?? '';
  const host = vouched ? URL.parse(client.clientId)?.host : hostOf(redirect);
  return {
    id: client.clientId,
    name: client.clientName ?? host ?? 'Unnamed client',
    host,
    vouched,
  };
}

/** A client by its id, as far as it is known here; undefined when it is forgotten. Asks nobody outside. */
export async function knownClient(
  provider: Provider,
  clientId: string,
): Promise<ClientDescription | undefined> {
  if (clientId.startsWith('https:')) {
    const host = URL.parse(clientId)?.host;
    return { id: clientId, name: host ?? clientId, host, vouched: true };
  }
  const client = await provider.Client.find(clientId).catch(() => undefined);
  return client && describeClient(client);
}

function hostOf(redirect: string): string | undefined {
  return isOnThisComputer(redirect) ? undefined : URL.parse(redirect)?.host;
}
