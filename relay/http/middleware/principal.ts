import type { RequestHandler } from 'express';
import { accessInfo } from '../../access/access-info.ts';
import { principalKey } from '../../access/principal-key.ts';
import type { Principal } from '../../access/principal.ts';
import type { VerifiedToken } from '../../access/verification.ts';
import { presentPrincipal, tokenOf, verifiedOf } from '../request-access.ts';

/** From here on the request has somebody behind it: `principalOf(request)`, and `authInfo` in the MCP handler. */
export function principal(): RequestHandler {
  return (request, _response, next) => {
    const found = principalFrom(verifiedOf(request));
    presentPrincipal(request, found);
    // The SDK's handler passes this property on (`toNodeHandler`).
    Object.assign(request, { auth: accessInfo(found, tokenOf(request)) });
    next();
  };
}

function principalFrom(token: VerifiedToken): Principal {
  const { issuer, subject, username, clientId, scopes, expiresAt } = token;
  const key = principalKey(issuer, subject);
  return { key, issuer, subject, username, clientId, scopes, expiresAt };
}
