import { AccessTokens } from '../../relay/access/access-tokens.ts';
import { remoteKeys } from '../../relay/access/issuer-keys.ts';
import type { IdentityProvider } from '../../contract-tests/auth/identity-provider.ts';
import { median } from './load.ts';

const TIMES = 20_000;

/** Microseconds that the check of a token takes that was checked before; the middle of many. */
export async function cachedVerification(provider: IdentityProvider): Promise<number> {
  const { issuer } = provider;
  const options = { fetch, now: Date.now };
  const tokens = new AccessTokens({
    ...options,
    issuers: [{ issuer, keys: remoteKeys({ ...options, jwksUri: `${issuer}/jwks` }) }],
    rules: { clockToleranceSeconds: 5, scopePrefixes: [] },
  });
  const token = await provider.token();
  const first = await tokens.verify(token);
  if (!first.ok) throw new Error(`The token was refused: ${first.reason}`);
  const times: number[] = [];
  for (let count = 0; count < TIMES; count += 1) {
    const began = process.hrtime.bigint();
    await tokens.verify(token);
    times.push(Number(process.hrtime.bigint() - began) / 1000);
  }
  return median(times);
}
