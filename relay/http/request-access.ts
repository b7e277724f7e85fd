import type { IncomingMessage } from 'node:http';
import type { Principal } from '../access/principal.ts';
import type { VerifiedToken } from '../access/verification.ts';

/** What the chain has found out about a request so far; each check adds its part and needs those before it. */
interface RequestAccess {
  readonly token: string;
  verified?: VerifiedToken;
  audienceChecked?: true;
  principal?: Principal;
}

/** The one place. A WeakMap, so that nothing a client sends can look like it. */
const accesses = new WeakMap<IncomingMessage, RequestAccess>();

export function presentToken(request: IncomingMessage, token: string): void {
  accesses.set(request, { token });
}

/** The client's token: for verification and for the exchange at the identity provider, never for Nextcloud. */
export function tokenOf(request: IncomingMessage): string {
  return accessOf(request).token;
}

export function presentVerified(request: IncomingMessage, verified: VerifiedToken): void {
  accessOf(request).verified = verified;
}

export function verifiedOf(request: IncomingMessage): VerifiedToken {
  return needed(accessOf(request).verified, 'verified token');
}

export function presentAudience(request: IncomingMessage): void {
  accessOf(request).audienceChecked = true;
}

/** Throws unless the audience was checked: a principal made without that check would be a stranger's. */
export function presentPrincipal(request: IncomingMessage, principal: Principal): void {
  needed(accessOf(request).audienceChecked, 'audience check');
  accessOf(request).principal = principal;
}

/** Who is calling. Throws when the checks did not stand before the asker: a gap in the chain fails closed. */
export function principalOf(request: IncomingMessage): Principal {
  return needed(accessOf(request).principal, 'principal');
}

function accessOf(request: IncomingMessage): RequestAccess {
  return needed(accesses.get(request), 'bearer token');
}

function needed<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`The chain has no ${what} here.`);
  return value;
}
