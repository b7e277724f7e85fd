import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { SignJWT, createLocalJWKSet, exportJWK, generateKeyPair } from 'jose';
import { SIGNATURE_ALGORITHMS } from '../access/token-header.ts';
import { verifyIdToken } from './id-token.ts';

const NOW = 1_800_000_000;
const ACCESS_TOKEN = 'an-access-token';

/** Half a hash, of the strength that the algorithm's name says (OpenID Connect Core §3.1.3.6). */
function hashFor(algorithm: string): string {
  const strength = algorithm.startsWith('Ed') ? '512' : algorithm.slice(2);
  const digest = createHash(`sha${strength}`).update(ACCESS_TOKEN).digest();
  return digest.subarray(0, digest.length / 2).toString('base64url');
}

async function verified(alg: string, at_hash: string): Promise<string> {
  const { publicKey, privateKey } = await generateKeyPair(alg);
  const token = await new SignJWT({ nonce: 'n', at_hash })
    .setProtectedHeader({ alg, kid: 'one' })
    .setIssuer('https://id.example.org')
    .setSubject('alice')
    .setAudience('gateway')
    .setIssuedAt(NOW)
    .setExpirationTime(NOW + 60)
    .sign(privateKey);
  const keys = createLocalJWKSet({ keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg }] });
  const { subject } = await verifyIdToken(token, {
    keys,
    issuers: new Set(['https://id.example.org']),
    clientId: 'gateway',
    nonce: 'n',
    accessToken: ACCESS_TOKEN,
    now: NOW,
  });
  return subject;
}

describe('ID tokens', () => {
  it('are taken with every signature that access tokens are, with the hash that belongs to it', async () => {
    for (const algorithm of SIGNATURE_ALGORITHMS)
      expect(await verified(algorithm, hashFor(algorithm)), algorithm).to.equal('alice');
  });

  it('are refused with the hash of another access token', async () => {
    for (const algorithm of ['RS256', 'Ed25519']) {
      const failure: unknown = await verified(algorithm, 'AAAAAAAAAAAAAAAAAAAAAA').catch(
        (error: unknown) => error,
      );
      expect(failure, algorithm).to.include({ code: 'unauthorized' });
    }
  });
});
