import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { outcomeTests } from './outcome-tests.ts';
import type { ExpectedOutcomes } from './outcome-tests.ts';
import { TOKEN_EXCHANGE } from './provider-outcomes.ts';
import { providerRecordings } from './recordings.ts';
import type { ProviderExchange } from './recordings.ts';

/**
 * Recorded with the realm of compose/, which takes a refresh token once more (`refreshTokenMaxReuse`), two seconds
 * between any two requests. The code that is used twice ends no offline session: Keycloak keeps what it gave for it.
 */
const REALM_OF_OURS = [
  'compose-realm/code',
  'compose-realm/refresh-answer-lost',
  'compose-realm/refresh-previous-once-more',
  'compose-realm/refresh-its-replacement',
  'compose-realm/code-again',
  'compose-realm/refresh-after-code-used-twice',
  'compose-realm/refresh-second-use',
];

const EXPECTED: ExpectedOutcomes = {
  'issuer /realms/nextcloud-mcp': ['metadata/openid-configuration', 'metadata/rfc8414-appended'],
  // the path form of RFC 8414 does not lie under the issuer: OIDC_ISSUER has to name it
  upstream_error: ['metadata/rfc8414-inserted', 'revocation/foreign', 'revocation/missing'],
  unavailable: ['metadata/oidc-inserted', 'metadata/unknown-realm'],
  // the second one is for encryption
  'verifies RS256, unknown_key': ['metadata/jwks'],

  'token for nextcloud': [
    'exchange/ok-basic',
    'exchange/ok-post',
    'exchange/ok-private-key-jwt',
    'exchange/ok-scope-openid',
    'exchange/ok-scope-notes',
    'exchange/scope-widened',
    'exchange/scope-offline',
    'exchange/audience-missing',
    'exchange/resource-parameter',
    'exchange/subject-of-mcp-test-client-id-only',
    'exchange/subject-of-mcp-test-wrong-aud',
    'exchange/subject-of-mcp-test-multi-aud',
    'exchange/subject-of-mcp-test-at-jwt',
    'exchange/subject-offline-session',
    'exchange/subject-nearly-expired',
    'exchange/requested-absent',
    'exchange/actor-token',
    'exchange/exchanged-again',
    'registration/registered-client-exchanged',
  ],
  // what an administrator has to put right
  configuration: [
    'exchange/private-key-jwt-not-in-aud',
    'exchange/private-key-jwt-aud-token-endpoint',
    'exchange/private-key-jwt-expired',
    'exchange/private-key-jwt-replayed',
    'exchange/scope-unknown',
    'exchange/audience-unknown',
    'exchange/wrong-secret',
    'exchange/wrong-secret-post',
    'exchange/unknown-client',
    'exchange/no-client',
    'exchange/subject-of-mcp-test-url-only',
    'exchange/subject-of-mcp-test-no-aud',
    'registration/unknown-scope',
    'registration/foreign-scope',
    'registration/foreign-host',
    'registration/custom-scheme',
    'registration/non-standard-fields',
    'registration/fixed-client-id',
    'registration/use-deleted',
    'revocation/wrong-secret',
  ],
  // Keycloak answers an ID token under the name of an access token
  'configuration: not_a_bearer': ['exchange/requested-id-token'],
  unauthorized: [
    // a sign-in that is over
    'exchange/subject-id-token-as-access',
    'exchange/subject-tampered',
    'exchange/subject-garbage',
    'exchange/subject-other-realm',
    'exchange/subject-expired',
    'exchange/subject-session-ended',
    'exchange/subject-revoked',
    'code/code-used-twice',
    'code/wrong-verifier',
    'code/no-verifier',
    'code/other-redirect',
    'code/other-client',
    'refresh/reused',
    'refresh/newer-after-reuse',
    'refresh/offline-reused',
    'refresh/offline-newer-after-reuse',
    'compose-realm/refresh-first-after-newer',
    'compose-realm/refresh-newest-after-that',
    'compose-realm/refresh-third-use',
    'compose-realm/code-used-twice',
    'refresh/other-client',
    'refresh/garbage',
    'revocation/refresh-after',
    // the same code `invalid_request` as for an expired token, so it cannot be told apart
    'exchange/audience-not-available',
    'exchange/audience-self',
    'exchange/public-client',
    'exchange/client-not-enabled',
    'exchange/nextcloud-client-not-enabled',
    'exchange/subject-type-missing',
    'exchange/subject-missing',
    'exchange/subject-type-jwt',
    'exchange/subject-id-token',
    'exchange/subject-refresh-token',
    'exchange/requested-refresh',
    'exchange/requested-jwt',
    'exchange/requested-subject',
  ],

  'token and refresh token': [
    'code/redeemed',
    'code/gateway-flow2',
    'refresh/first',
    'refresh/narrowed',
    'refresh/wide-again',
    'refresh/widened',
    'refresh/offline',
    'refresh/gateway-offline',
    ...REALM_OF_OURS,
    'registration/registered-client-token',
    'registration/token-of-scoped-client',
    'registration/token-of-openid-client',
  ],
  // Keycloak answers 200 with an error in it for a token that is none: it is gone either way (RFC 7009 §2.2)
  revoked: [
    'revocation/gateway-refresh',
    'revocation/again',
    'revocation/garbage',
    'revocation/exchanged',
  ],
  'active for nextcloud-mcp-gateway, https://gateway.example.org/mcp': [
    'introspection/client-token-by-gateway',
    'introspection/as-jwt',
  ],
  'active for nextcloud': ['introspection/exchanged-by-nextcloud'],
  // only a client that stands in `aud` is told anything
  inactive: [
    'introspection/exchanged-by-gateway',
    'introspection/client-token-by-nextcloud',
    'introspection/url-only-by-gateway',
    'introspection/no-aud-by-gateway',
    'introspection/refresh-token',
    'introspection/bogus',
    'introspection/expired',
    'introspection/revoked',
    'introspection/session-ended',
    'revocation/access-after',
    'revocation/exchanged-after',
  ],
  introspection_unavailable: [
    'introspection/missing-token',
    'introspection/public-client',
    'introspection/wrong-secret',
    'introspection/no-client',
  ],
  'registered as client_secret_basic': [
    'registration/ok',
    'registration/localhost',
    'registration/no-redirect',
  ],
  'registered as none': [
    'registration/public',
    'registration/with-scope',
    'registration/with-openid-scope',
  ],
  gone: ['registration/delete'],
};

const OUR_MEMBERS = [
  'grant_type',
  'subject_token',
  'subject_token_type',
  'requested_token_type',
  'audience',
  'scope',
];

describe('the Keycloak realm of compose/', () => {
  it('takes a refresh token once more whose replacement died with a gateway', () => {
    const realm = readFileSync(
      new URL('../../compose/keycloak/realm.json', import.meta.url),
      'utf8',
    );
    expect(JSON.parse(realm)).to.include({ revokeRefreshToken: true, refreshTokenMaxReuse: 1 });
  });
});

for (const recording of providerRecordings('keycloak.json')) {
  const configured = {
    metadataPath: '/realms/nextcloud-mcp/.well-known/openid-configuration',
  };
  outcomeTests(recording, configured, EXPECTED, (bed) => {
    const ours = recording.exchanges.filter(isAskedAsWeAsk);

    it('most exchanges were recorded with just the request that we send', () => {
      expect(ours.length).to.be.greaterThan(30);
    });

    for (const exchange of ours) {
      it(`${exchange.name}: sent as recorded`, async () => {
        const { provider, outcomes } = bed();
        await outcomes.of(exchange);
        const [sent, ...others] = provider.sent;
        expect(others).to.deep.equal([]);
        const { client_id, client_secret, client_assertion, client_assertion_type, ...form } =
          sent?.form ?? {};
        expect(form).to.deep.equal(provider.filled(exchange.request.form, exchange));
        expect({
          client_secret_basic: sent?.authorization?.startsWith('Basic '),
          client_secret_post: client_id !== undefined && client_secret !== undefined,
          private_key_jwt: client_assertion_type !== undefined && client_assertion !== undefined,
          none: client_id !== undefined && client_secret === undefined,
        }).to.include({ [exchange.request.client?.authentication ?? 'none']: true });
      });
    }

    it('registers with just the request that was accepted', async () => {
      const accepted = bed().exchange('registration/ok');
      await bed().outcomes.of(accepted);
      const { provider } = bed();
      expect(provider.sent[0]?.json).to.deep.equal(
        provider.filled(accepted.request.json, accepted),
      );
    });
  });
}

function isAskedAsWeAsk({ request: { form = {} } }: ProviderExchange): boolean {
  const required = OUR_MEMBERS.slice(0, 5);
  return (
    form.grant_type === TOKEN_EXCHANGE &&
    required.every((name) => name in form) &&
    Object.keys(form).every((name) => OUR_MEMBERS.includes(name)) &&
    [form.subject_token_type, form.requested_token_type].every((type) =>
      type?.endsWith(':access_token'),
    )
  );
}
