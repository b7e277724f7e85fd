import { auth as authorizeModern } from '@modelcontextprotocol/client';
import { auth as authorizeOld } from '@modelcontextprotocol/sdk/client/auth.js';
import { expect } from 'chai';
import {
  CALLBACK,
  SCOPES,
  TestBrowser,
  claimsOf,
  startSignIn,
} from './embedded-sign-in.fixture.ts';
import type { SignInBed, Tokens } from './embedded-sign-in.fixture.ts';

/** The part of a host that both generations of the SDK's client ask for. */
class Host {
  readonly redirectUrl = CALLBACK;
  readonly clientMetadata = {
    client_name: 'SDK client',
    redirect_uris: [CALLBACK],
    grant_types: ['authorization_code', 'refresh_token'],
    token_endpoint_auth_method: 'none',
  };
  kept: Record<string, { client_id?: string } | undefined> = {};
  sentTo: URL | undefined;
  state = (): string => 'state-of-the-host';
  clientInformation = (): unknown => this.kept['client'];
  saveClientInformation = (client: object): void => this.keep('client', client);
  tokens = (): unknown => this.kept['tokens'];
  saveTokens = (tokens: object): void => this.keep('tokens', tokens);
  #verifier = '';
  codeVerifier = (): string => this.#verifier;
  saveCodeVerifier = (verifier: string): void => {
    this.#verifier = verifier;
  };
  discoveryState = (): unknown => this.kept['discovery'];
  saveDiscoveryState = (state: object): void => this.keep('discovery', state);
  redirectToAuthorization = (url: URL): void => {
    this.sentTo = url;
  };
  invalidateCredentials = (what: string): void => {
    if (what === 'all') this.kept = {};
    else Reflect.deleteProperty(this.kept, what);
  };

  private keep(name: string, value: object): void {
    this.kept[name] = value;
  }
}

type Authorize = (
  host: Host,
  options: { serverUrl: string; authorizationCode?: string; iss?: string; scope?: string },
) => Promise<string>;

const GENERATIONS: Record<string, Authorize> = {
  '2.x': authorizeModern as Authorize,
  '1.x': authorizeOld as Authorize,
};

describe('the SDK’s own OAuth code against the embedded authorization server', () => {
  let bed: SignInBed;
  let browser: TestBrowser;

  beforeEach(async () => {
    bed = await startSignIn();
    browser = new TestBrowser(bed.url);
  });
  afterEach(() => bed.close());

  for (const [generation, authorize] of Object.entries(GENERATIONS)) {
    /** From the address the host was sent to, to its tokens. */
    const allow = async (host: Host, scopes?: readonly string[]): Promise<Tokens> => {
      const page = await browser.visit(host.sentTo?.href ?? '');
      const end = await browser.submit(page, 'allow', scopes);
      if (end.kind !== 'left') throw new Error(end.text);
      const answer = end.url.searchParams;
      expect(answer.get('state')).to.equal('state-of-the-host');
      await authorize(host, {
        serverUrl: bed.resource,
        authorizationCode: answer.get('code') ?? '',
        iss: answer.get('iss') ?? '',
      });
      return host.tokens() as Tokens;
    };

    it(`${generation}: discovers, registers, signs in, refreshes`, async () => {
      const host = new Host();
      expect(await authorize(host, { serverUrl: bed.resource })).to.equal('REDIRECT');
      const first = await allow(host);
      expect(claimsOf(first)).to.include({ aud: bed.resource, scope: SCOPES.join(' ') });

      expect(await authorize(host, { serverUrl: bed.resource })).to.equal('AUTHORIZED');
      const second = host.tokens() as Tokens;
      expect(second.refresh_token).not.to.equal(first.refresh_token);
      expect(claimsOf(second)['gid']).to.equal(claimsOf(first)['gid']);
    });

    it(`${generation}: starts a new sign-in when its access was taken back`, async () => {
      const host = new Host();
      await authorize(host, { serverUrl: bed.resource });
      const first = await allow(host, ['notes:read']);
      await bed.server.revokeAccount('alice');
      expect(await authorize(host, { serverUrl: bed.resource })).to.equal('REDIRECT');
      const again = await allow(host, SCOPES);
      expect(claimsOf(again)).to.include({ scope: SCOPES.join(' ') });
      expect(claimsOf(again)['gid']).not.to.equal(claimsOf(first)['gid']);
    });

    it(`${generation}: registers anew when it was forgotten`, async () => {
      const host = new Host();
      await authorize(host, { serverUrl: bed.resource });
      const before = String(host.kept['client']?.client_id);
      await allow(host);
      await bed.store.oidcArtifacts.destroy('Client', before);
      expect(await authorize(host, { serverUrl: bed.resource })).to.equal('REDIRECT');
      expect(host.kept['client']?.client_id).not.to.equal(before);
      await allow(host);
    });

    it(`${generation}: may ask for more than it registered with`, async () => {
      const host = new Host();
      await authorize(host, { serverUrl: bed.resource, scope: 'notes:read' });
      await allow(host);
      host.invalidateCredentials('tokens');
      await authorize(host, { serverUrl: bed.resource, scope: 'notes:read notes:write' });
      expect(claimsOf(await allow(host))['scope']).to.equal('notes:read notes:write');
    });
  }
});
