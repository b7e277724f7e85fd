import { Router } from 'express';
import type { Request, Response } from 'express';
import { spelled } from '../../access/scopes.ts';
import type { ScopeSpelling } from '../../access/scopes.ts';

export interface ProtectedResource {
  /** The URL people type into their client, without a trailing slash. */
  readonly resource: string;
  readonly name: string;
  /** Issuers (public ones) that give out tokens for us. At least one. */
  readonly authorizationServers: readonly string[];
  /** Every scope that a tool or resource needs; asked each time, so that it cannot go stale. */
  readonly scopes: () => readonly string[];
  readonly spelling: ScopeSpelling;
}

const METADATA = '/.well-known/oauth-protected-resource';

/** Where the metadata of a resource lies: the well-known part goes between host and path (RFC 9728 §3.1). */
export function metadataUrl(resource: string): string {
  const { origin, pathname } = new URL(resource);
  return `${origin}${METADATA}${pathname === '/' ? '' : pathname}`;
}

/**
 * RFC 9728, at the root and at the path form, since clients try both. Public, and for pages of any origin: mount it
 * before `originCheck`.
 */
export function wellKnown(described: ProtectedResource): Router {
  if (described.authorizationServers.length === 0)
    throw new Error('A protected resource needs an authorization server.');
  const router = Router({ strict: true });
  const send = (_request: Request, response: Response): void => {
    response.set({ 'Access-Control-Allow-Origin': '*', 'Cache-Control': 'public, max-age=300' });
    response.json(document(described));
  };
  const preflight = (_request: Request, response: Response): void => {
    response.set({
      'Access-Control-Allow-Origin': '*',
      'Access-Control-Allow-Methods': 'GET',
      // The SDK's clients send this one along.
      'Access-Control-Allow-Headers': 'MCP-Protocol-Version',
      'Access-Control-Max-Age': '600',
    });
    response.status(204).end();
  };
  for (const path of new Set([METADATA, new URL(metadataUrl(described.resource)).pathname])) {
    router.get(path, send);
    router.options(path, preflight);
  }
  return router;
}

function document(described: ProtectedResource): Readonly<Record<string, unknown>> {
  return {
    resource: described.resource,
    resource_name: described.name,
    authorization_servers: described.authorizationServers,
    scopes_supported: spelled(described.scopes(), described.spelling),
    bearer_methods_supported: ['header'],
  };
}
