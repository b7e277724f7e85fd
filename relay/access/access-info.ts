import type { Principal } from './principal.ts';

/**
 * How a caller reaches the MCP handler: the SDK hands `request.auth` on to it as `authInfo`. The token is in it for the
 * credential strategy that exchanges it, and for nobody else.
 */
export interface AccessInfo {
  token: string;
  clientId: string;
  scopes: string[];
  expiresAt: number;
  extra: Record<string, unknown>;
}

export function accessInfo(principal: Principal, token: string): AccessInfo {
  const { clientId, scopes, expiresAt } = principal;
  return { token, clientId, scopes: [...scopes], expiresAt, extra: { principal } };
}

/** Undefined when the request did not come through the checks. */
export function principalIn(
  info: { readonly extra?: Readonly<Record<string, unknown>> } | undefined,
): Principal | undefined {
  return info?.extra?.principal as Principal | undefined;
}
