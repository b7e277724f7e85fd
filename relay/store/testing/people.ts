import type { Principal } from '../principal.ts';

export const alice: Principal = { issuer: 'https://id.example.org', subject: 'alice' };
export const bob: Principal = { issuer: 'https://id.example.org', subject: 'bob' };
/** The same subject at another issuer: somebody else. */
export const otherAlice: Principal = { issuer: 'https://other.example.org', subject: 'alice' };
