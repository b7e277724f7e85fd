import { expect } from 'chai';
import { CLIENT_GENERATIONS } from '../../clients.ts';
import type { ClientGeneration } from '../../clients.ts';
import type { AuthorizationBed } from './authorization-bed.ts';
import { listOf, serverMetadata, registeredClient, resourceScopes } from './authorization-bed.ts';
import type { Introduction } from './remembered-sign-in.ts';
import { APPLICABLE } from './scenarios.ts';
import type { ApplicableId } from './scenarios.ts';
import { seenByTheClient } from './seen-by-the-client.ts';
import type { ClientRequest, Differences } from './seen-by-the-client.ts';
import { signingInClient } from './signing-in-client.ts';
import type { Choice, SigningInClient } from './signing-in-client.ts';

interface Run {
  readonly bed: AuthorizationBed;
  readonly generation: ClientGeneration;
  /** Signs in, with this much that is different from any other client. */
  readonly client: (different?: Different) => Promise<Ran>;
}

interface Different {
  readonly introduction?: Introduction;
  readonly server?: Differences;
  readonly choices?: readonly Choice[];
}

interface Ran extends SigningInClient {
  readonly requests: readonly ClientRequest[];
  readonly callbacks: readonly URL[];
}

type Scenario = (run: Run) => Promise<void>;

const SERVER_METADATA = '/.well-known/oauth-authorization-server';
const OPENID_METADATA = '/.well-known/openid-configuration';
const RESOURCE_METADATA = '/.well-known/oauth-protected-resource';
const REGISTRATION = '/oauth/register';
const TOKENS = '/oauth/token';

const SCENARIOS: Readonly<Record<ApplicableId, Scenario>> = {
  'metadata-default': async ({ bed, client }) => {
    const { requests, memory } = await works(bed, client());
    expect(paths(requests)).to.include.members([SERVER_METADATA, REGISTRATION, TOKENS]);
    expect(paths(requests)).not.to.include(OPENID_METADATA);
    const asked = memory.question.searchParams;
    expect(asked.get('code_challenge_method')).to.equal('S256');
    expect(asked.get('resource')).to.equal(`${bed.url}/mcp`);
  },
  'metadata-var1': async ({ bed, client }) => {
    const { requests } = await works(
      bed,
      client({ server: { hidden: /oauth-authorization-server/ } }),
    );
    expect(paths(requests)).to.include(OPENID_METADATA);
  },
  'basic-cimd': async ({ bed, client }) => {
    const introduction = { documentUrl: bed.documentUrl };
    const { requests, memory } = await works(bed, client({ introduction }));
    expect(memory.question.searchParams.get('client_id')).to.equal(bed.documentUrl);
    expect(paths(requests)).not.to.include(REGISTRATION);
  },
  'scope-from-www-authenticate': async ({ bed, client }) => {
    const { memory } = await works(bed, client());
    const refused = await fetch(`${bed.url}/mcp`, { method: 'POST' });
    const challenge = refused.headers.get('www-authenticate') ?? '';
    const named = /scope="([^"]*)"/.exec(challenge)?.[1];
    const expected = named === undefined ? await resourceScopes(bed) : listOf(named);
    expect(scopesOf(memory.question)).to.have.members(expected);
  },
  'scope-from-scopes-supported': async ({ bed, client }) => {
    const { memory } = await works(bed, client({ server: { noChallengeScopes: true } }));
    expect(scopesOf(memory.question)).to.have.members(await resourceScopes(bed));
  },
  'scope-omitted-when-undefined': async ({ bed, client }) => {
    const server = { noChallengeScopes: true, noResourceScopes: true };
    const { memory } = await works(bed, client({ server }));
    expect(memory.question.searchParams.has('scope')).to.equal(false);
  },
  'scope-step-up': async ({ bed, generation, client }) => {
    const { scope, name, args } = bed.writing;
    const choices = [{ without: [scope] }, {}];
    const stepped = await works(bed, client({ introduction: oneTime(generation), choices }));
    const had = listOf(stepped.memory.tokens()?.scope ?? '');
    expect(had).not.to.include(scope);
    expect(await stepped.callTool(name, args)).not.to.have.property('isError', true);
    expect(stepped.memory.sentTo).to.have.length(2);
    expect(scopesOf(stepped.memory.question)).to.include.members([...had, scope]);
  },
  'token-endpoint-auth-basic': async ({ bed, client }) => {
    const introduction = { tokenEndpointAuth: 'client_secret_basic' } as const;
    const sent = tokenRequest(await works(bed, client({ introduction })));
    expect(sent.headers.get('authorization')).to.match(/^Basic /);
    expect(sent.body.has('client_secret')).to.equal(false);
  },
  'token-endpoint-auth-post': async ({ bed, client }) => {
    const introduction = { tokenEndpointAuth: 'client_secret_post' } as const;
    const sent = tokenRequest(await works(bed, client({ introduction })));
    expect(sent.headers.has('authorization')).to.equal(false);
    expect(sent.body.get('client_secret')).to.match(/.{32}/);
  },
  'token-endpoint-auth-none': async ({ bed, client }) => {
    const sent = tokenRequest(await works(bed, client()));
    expect(sent.headers.has('authorization')).to.equal(false);
    expect(sent.body.has('client_secret')).to.equal(false);
    expect(sent.body.get('client_id')).to.match(/./);
  },
  'pre-registration': async ({ bed, client }) => {
    const { issuer } = await serverMetadata(bed);
    const known = { ...(await registeredClient(bed)), issuer };
    const { requests, memory } = await works(bed, client({ introduction: { known } }));
    expect(memory.question.searchParams.get('client_id')).to.equal(known.client_id);
    expect(paths(requests)).not.to.include(REGISTRATION);
  },
  'offline-access-not-supported': async ({ bed, client }) => {
    const { memory } = await works(bed, client());
    expect((await serverMetadata(bed)).scopes_supported).not.to.include('offline_access');
    expect(scopesOf(memory.question)).not.to.include('offline_access');
    expect(memory.tokens()?.refresh_token).to.match(/./);
  },
  'authorization-server-migration': async ({ bed, client }) => {
    const known = { client_id: 'registered-elsewhere', issuer: 'https://elsewhere.example' };
    const { requests, memory } = await works(bed, client({ introduction: { known } }));
    expect(paths(requests)).to.include(REGISTRATION);
    for (const question of memory.sentTo)
      expect(question.searchParams.get('client_id')).not.to.equal(known.client_id);
  },
  'iss-supported': async ({ bed, client }) => {
    const { callbacks } = await works(bed, client());
    const metadata = await serverMetadata(bed);
    expect(metadata.authorization_response_iss_parameter_supported).to.equal(true);
    expect(callbacks[0]?.searchParams.getAll('iss')).to.deep.equal([metadata.issuer]);
  },
  '2025-03-26-oauth-metadata-backcompat': async ({ bed, client }) => {
    const { memory } = await works(
      bed,
      client({ server: { hidden: new RegExp(RESOURCE_METADATA) } }),
    );
    expect(memory.question.searchParams.has('resource')).to.equal(false);
  },
};

/** Registers a test for each scenario that applies to our authorization server, with the clients of both SDKs. */
export function describeClientScenarios(bed: () => AuthorizationBed): void {
  for (const generation of CLIENT_GENERATIONS) {
    describe(`OAuth client of SDK ${generation}`, () => {
      for (const { id, needs } of APPLICABLE) {
        it(`auth/${id}: ${needs}`, async () => {
          const open: SigningInClient[] = [];
          const client = (different: Different = {}) => signIn(bed(), generation, different, open);
          try {
            await SCENARIOS[id]({ bed: bed(), generation, client });
          } finally {
            for (const one of open) await one.close();
          }
        });
      }
    });
  }
}

async function signIn(
  bed: AuthorizationBed,
  generation: ClientGeneration,
  { introduction, server, choices }: Different,
  open: SigningInClient[],
): Promise<Ran> {
  const seen = seenByTheClient(server);
  const callbacks: URL[] = [];
  const client = await signingInClient({
    ...introduction,
    ...(choices === undefined ? {} : { choices }),
    generation,
    gatewayUrl: bed.url,
    redirectUri: bed.redirectUri,
    fetch: seen.fetch,
    async atTheBrowser(url, choice) {
      const callback = await bed.atTheBrowser(url, choice);
      callbacks.push(callback);
      return callback;
    },
  });
  open.push(client);
  return { ...client, requests: seen.requests, callbacks };
}

/** Every scenario ends with a call that the token is good for. */
async function works({ reading }: AuthorizationBed, signedIn: Promise<Ran>): Promise<Ran> {
  const client = await signedIn;
  const answer = await client.callTool(reading.name, reading.args);
  expect(answer).not.to.have.property('isError', true);
  expect(client.memory.sentTo).to.have.length(1);
  return client;
}

/** A client of 1.x that has a refresh token renews instead of asking for more, and gives up. */
function oneTime(generation: ClientGeneration): Introduction {
  return generation === '1.x' ? { grantTypes: ['authorization_code'] } : {};
}

function tokenRequest({ requests }: Ran): ClientRequest {
  const request = requests.find(({ url }) => url.pathname === TOKENS);
  if (request === undefined) throw new Error('No token was asked for');
  return request;
}

/** Of what was found. */
function paths(requests: readonly ClientRequest[]): string[] {
  return requests.filter(({ status }) => status < 400).map(({ url }) => url.pathname);
}

function scopesOf(authorizationUrl: URL): string[] {
  return listOf(authorizationUrl.searchParams.get('scope') ?? '');
}
