import { expect } from 'chai';
import { inSplitNetwork, toPublic } from './split-network.ts';

const NETWORK = { publicIssuer: 'https://cloud.example.org', internal: 'http://app:80' };

describe('split network', () => {
  it('trusts the public name, and asks at the internal address', () => {
    const metadata = {
      issuer: 'http://app',
      jwks_uri: 'https://cloud.example.org/apps/oidc/jwks?v=1',
      introspection_endpoint: 'http://app/apps/oidc/introspect',
    };
    expect(inSplitNetwork(metadata, NETWORK)).to.eql({
      issuer: 'https://cloud.example.org',
      jwks_uri: 'http://app/apps/oidc/jwks?v=1',
      introspection_endpoint: 'http://app/apps/oidc/introspect',
    });
  });

  it('leaves third servers alone, and invents nothing', () => {
    expect(
      inSplitNetwork({ issuer: 'x', jwks_uri: 'https://keys.example.org/jwks' }, NETWORK),
    ).to.eql({
      issuer: 'https://cloud.example.org',
      jwks_uri: 'https://keys.example.org/jwks',
    });
    // A name that only begins like the issuer's is another server.
    expect(toPublic('http://app.evil.example/x', NETWORK)).to.equal('http://app.evil.example/x');
  });

  it('sends browsers to the public address', () => {
    expect(toPublic('http://app/authorize', NETWORK)).to.equal(
      'https://cloud.example.org/authorize',
    );
  });
});
