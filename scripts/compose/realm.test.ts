import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { composeFile, composeText } from './compose-file.fixture.ts';
import { realmFile, REALM_PATH, toolScopes } from './realm.ts';

interface Named {
  readonly name: string;
}
interface Realm {
  readonly realm: string;
  readonly clients: readonly {
    readonly clientId: string;
    readonly publicClient?: boolean;
    readonly secret?: string;
    readonly redirectUris: readonly string[];
    readonly directAccessGrantsEnabled: boolean;
    readonly defaultClientScopes: readonly string[];
    readonly optionalClientScopes: readonly string[];
    readonly attributes?: Readonly<Record<string, string>>;
  }[];
  readonly clientScopes: readonly (Named & {
    readonly protocolMappers?: readonly { readonly config: Readonly<Record<string, string>> }[];
  })[];
  readonly defaultDefaultClientScopes: readonly string[];
  readonly defaultOptionalClientScopes: readonly string[];
  readonly users: readonly {
    readonly username: string;
    readonly credentials: readonly { readonly value: string }[];
  }[];
}

const text = readFileSync(REALM_PATH, 'utf8');
const realm = JSON.parse(text) as Realm;
const { services } = composeFile();

function client(id: string): Realm['clients'][number] {
  const found = realm.clients.find(({ clientId }) => clientId === id);
  if (found === undefined) throw new Error(`The realm has no client ${id}`);
  return found;
}

/** What a token of a client gets into `aud` without asking. */
function audiences(scopes: readonly string[]): readonly string[] {
  return realm.clientScopes
    .filter(({ name }) => scopes.includes(name))
    .flatMap(({ protocolMappers = [] }) => protocolMappers)
    .flatMap(({ config }) => [
      config['included.custom.audience'],
      config['included.client.audience'],
    ])
    .filter((one) => one !== undefined);
}

describe('the Keycloak realm of compose/', () => {
  it('is up to date (npm run compose:realm)', () => {
    expect(text).to.equal(realmFile());
  });

  it('knows the scopes of every tool, for every kind of MCP client', () => {
    expect(toolScopes()).to.include.members(['notes:read', 'todo:write', 'calendar:read']);
    const declared = realm.clientScopes.map(({ name }) => name);
    expect(declared).to.include.members([...toolScopes()]);
    expect(realm.defaultOptionalClientScopes).to.include.members([...toolScopes()]);
    expect(client('mcp-client').optionalClientScopes).to.include.members([...toolScopes()]);
    const used = realm.clients.flatMap(({ defaultClientScopes, optionalClientScopes }) => [
      ...defaultClientScopes,
      ...optionalClientScopes,
    ]);
    expect(declared).to.include.members(used);
  });

  it('makes tokens of MCP clients out to the gateway, by address and by client id', () => {
    const expected = ['${GATEWAY_URL}/mcp', 'nextcloud-mcp-gateway'];
    expect(audiences(client('mcp-client').defaultClientScopes)).to.have.members(expected);
    expect(audiences(realm.defaultDefaultClientScopes)).to.have.members(expected);
  });

  it('lets the gateway, and nobody else, exchange them for tokens that Nextcloud accepts', () => {
    const exchanging = realm.clients.filter(
      ({ attributes = {} }) => attributes['standard.token.exchange.enabled'] === 'true',
    );
    expect(exchanging.map(({ clientId }) => clientId)).to.deep.equal(['nextcloud-mcp-gateway']);
    expect(audiences(client('nextcloud-mcp-gateway').defaultClientScopes)).to.deep.equal([
      'nextcloud',
    ]);
  });

  it('asks everybody for PKCE or a secret, and nobody for a password over the API', () => {
    for (const { clientId, publicClient, secret, ...one } of realm.clients) {
      expect(one.directAccessGrantsEnabled, clientId).to.equal(false);
      if (publicClient === true) {
        expect(one.attributes?.['pkce.code.challenge.method'], clientId).to.equal('S256');
      } else {
        expect(secret, clientId).to.match(/^\$\{\w+\}$/);
      }
    }
    for (const { credentials } of realm.users) {
      expect(credentials[0]?.value).to.match(/^\$\{\w+\}$/);
    }
  });

  it('gets every value it leaves open from compose.yaml or start.sh', () => {
    const open = [...new Set([...text.matchAll(/\$\{(\w+)\}/g)].map(([, name = '']) => name))];
    expect(open).to.include.members(['GATEWAY_URL', 'ALICE_PASSWORD']);
    const exported = / *export (.+)/.exec(composeText('keycloak/start.sh'))?.[1]?.split(' ') ?? [];
    const given = [...Object.keys(services['keycloak']?.environment ?? {}), ...exported];
    expect(given).to.include.members(open);
    const read = composeText('keycloak/start.sh').matchAll(/\/run\/secrets\/([\w-]+)/g);
    expect(services['keycloak']?.secrets).to.have.members([...read].map(([, name]) => name));
  });

  it('is the one that the gateway and Nextcloud are told about', () => {
    const gateway = services['gateway-with-exchange']?.environment ?? {};
    const discovery = gateway['OIDC_DISCOVERY_URL'] ?? '';
    expect(discovery).to.equal(
      `http://keycloak:8080/realms/${realm.realm}/.well-known/openid-configuration`,
    );
    expect(services['nextcloud-for-keycloak']?.environment['REALM_DISCOVERY_URL']).to.equal(
      discovery,
    );
    const issuer = `${services['keycloak']?.environment['KC_HOSTNAME'] ?? ''}/realms/${realm.realm}`;
    expect(gateway['NEXTCLOUD_PUBLIC_ISSUER_URL']).to.equal(issuer);
    expect(gateway['NEXTCLOUD_MCP_SERVER_URL']).to.equal(
      services['keycloak']?.environment['GATEWAY_URL'],
    );
    expect(client(gateway['OIDC_CLIENT_ID'] ?? '').redirectUris).to.deep.equal([
      '${GATEWAY_URL}/oauth/callback',
      '${GATEWAY_URL}/oauth/login/callback',
    ]);
    const { clientId } = client(gateway['NEXTCLOUD_RESOURCE_URI'] ?? '');
    const hook = composeText('nextcloud/hooks/before-starting/40-identity-provider.sh');
    expect(hook).to.include(`--clientid=${clientId} `);
  });
});
