import { expect } from 'chai';
import { ConfigurationError, readConfig, toolsetChoice } from './config.ts';
import type { Config } from './config.ts';
import { isLoopback } from './config/hostnames.ts';
import { LATER_NAMES, SETTINGS } from './config/settings.ts';
import { DEFAULT_TOOLSETS } from './config/toolsets.ts';

type Values = Record<string, string>;

const USER: Values = {
  NEXTCLOUD_HOST: 'https://cloud.example.org',
  NEXTCLOUD_USERNAME: 'alice',
  NEXTCLOUD_PASSWORD: 'secret',
};

interface Given {
  readonly flags?: Values;
  readonly dotenv?: string;
  readonly files?: Values;
}

function read(environment: Values, { flags = {}, dotenv, files = {} }: Given = {}): Config {
  return readConfig({
    environment,
    flags,
    ...(dotenv === undefined ? {} : { dotenv }),
    readFile(path) {
      const text = files[path];
      if (text === undefined) throw new Error('no such file');
      return text;
    },
  });
}

function problems(environment: Values, given: Given = {}): string {
  try {
    read(environment, given);
  } catch (thrown) {
    if (thrown instanceof ConfigurationError) return thrown.message;
    throw thrown;
  }
  throw new Error('was accepted');
}

describe('readConfig', () => {
  it('serves the demo on loopback when nothing is set', () => {
    const config = read({});
    expect(config.nextcloud).to.equal(undefined);
    expect(config.listen).to.eql({ host: '127.0.0.1', port: 8000 });
    expect(config.tools).to.eql({ toolsets: undefined, surface: 'full', readOnly: false });
    expect(config.tls.verify).to.equal(true);
  });

  it('takes flags over the environment over .env, and empty values as not set', () => {
    const dotenv = 'PORT=1\nHOST="localhost"\nLOG_LEVEL=debug # loud\n';
    const config = read({ PORT: '2', LOG_LEVEL: '' }, { dotenv, flags: { PORT: '3' } });
    expect(config.listen).to.eql({ host: 'localhost', port: 3 });
    expect(config.log.level).to.equal('debug');
    expect(read({ PORT: '2' }, { dotenv }).listen.port).to.equal(2);
  });

  it('understands names that people know from elsewhere, and says what it reads them as', () => {
    const config = read({
      NEXTCLOUD_URL: 'cloud.example.org/nextcloud/index.php/apps/files/',
      NEXTCLOUD_USER: 'alice',
      NEXTCLOUD_APP_PASSWORD: 'secret',
    });
    expect(config.nextcloud).to.include({
      host: 'https://cloud.example.org/nextcloud',
      username: 'alice',
    });
    expect(config.notes).to.include('NEXTCLOUD_URL is read as NEXTCLOUD_HOST.');
  });

  it('reads secrets from files', () => {
    const { NEXTCLOUD_PASSWORD: _, ...rest } = USER;
    const environment = { ...rest, NEXTCLOUD_PASSWORD_FILE: '/run/secret' };
    expect(
      read(environment, { files: { '/run/secret': 'from-file\n' } }).nextcloud?.password,
    ).to.equal('from-file');
    expect(problems(environment)).to.contain(
      'NEXTCLOUD_PASSWORD_FILE: the file "/run/secret" cannot be read',
    );
  });

  it('reports every problem at once, with what to do', () => {
    const text = problems({
      NEXTCLOUD_HOST: 'ftp://x',
      NEXTCLOUD_HOTS: 'x',
      MCP_READONLY: 'yes',
      PORT: '99999',
      LOG_LEVEL: 'loud',
      NEXTCLOUD_VERIFY_SSL: 'perhaps',
      HOST: '0.0.0.0',
      MCP_ALLOWED_ORIGINS: 'nonsense',
    });
    expect(text).to.contain('NEXTCLOUD_HOST: is not an http or https address');
    expect(text).to.contain(
      'NEXTCLOUD_HOTS: is not a setting of this gateway. Did you mean NEXTCLOUD_HOST?',
    );
    expect(text).to.contain('Did you mean MCP_READ_ONLY?');
    expect(text).to.contain('PORT: must be a port');
    expect(text).to.contain('LOG_LEVEL: must be');
    expect(text).to.contain('NEXTCLOUD_VERIFY_SSL: must be true or false');
    expect(text)
      .to.contain('NEXTCLOUD_USERNAME: is missing')
      .and.to.contain('NEXTCLOUD_PASSWORD: is missing');
    expect(text).to.contain('HOST: 0.0.0.0 can be reached from other machines');
    expect(text).to.contain('MCP_ALLOWED_ORIGINS: "nonsense" is not an origin');
  });

  it('reports items of lists that cannot mean anything, and times no timer can take', () => {
    const text = problems({
      MCP_ALLOWED_HOSTS: 'mcp.example.org https://mcp.example.org *',
      FORWARDED_ALLOW_IPS: '10.0.0.0/8 proxy.example',
      OIDC_FURTHER_ISSUERS: 'id.example.org',
      MCP_ALLOWED_REDIRECTS: 'myapp',
      NEXTCLOUD_TIMEOUT: '3000000',
      NEXTCLOUD_CA_BUNDLE: '/nowhere',
      TOKEN_ENCRYPTION_KEY: `${'a'.repeat(43)},too-hush`,
    });
    expect(text).to.contain('TOKEN_ENCRYPTION_KEY: is not 32 bytes').and.not.to.contain('hush');
    expect(text)
      .to.contain('MCP_ALLOWED_HOSTS: "https://mcp.example.org" is not a host name')
      .and.to.contain('MCP_ALLOWED_HOSTS: "*" is not a host name');
    expect(text).to.contain('FORWARDED_ALLOW_IPS: "proxy.example" is no IP address');
    expect(text).to.contain('OIDC_FURTHER_ISSUERS: "id.example.org" is not an http or https');
    expect(text).to.contain('MCP_ALLOWED_REDIRECTS: "myapp" is not an address');
    expect(text).to.contain('NEXTCLOUD_TIMEOUT: must be at most 86400');
    expect(text).to.contain('NEXTCLOUD_CA_BUNDLE: no certificates');
    expect(text).to.contain('8 problems');
  });

  it('knows hosts by their name, also when a port is written to it', () => {
    const { allowedHosts } = read({
      MCP_ALLOWED_HOSTS: 'MCP.example.org:8443,fd00::5,[fd00::6]:80',
    });
    expect([...allowedHosts]).to.include.members(['mcp.example.org', '[fd00::5]', '[fd00::6]']);
  });

  it('knows origins as browsers write them', () => {
    const given = 'https://App.example.org:443/ http://app.example.org:8080 app://obsidian.md';
    expect([...read({ MCP_ALLOWED_ORIGINS: given }).allowedOrigins]).to.deep.equal([
      'https://app.example.org',
      'http://app.example.org:8080',
      'app://obsidian.md',
    ]);
  });

  it('never shows a secret in a problem', () => {
    expect(
      problems({ ...USER, MCP_BEARER_TOKEN: 'short-secret', NEXTCLOUD_URL: 'x' }),
    ).not.to.contain('secret');
  });

  it('takes no address with a name or a password in it', () => {
    for (const url of ['https://alice@cloud.example', 'https://:hush@cloud.example']) {
      const text = problems({ ...USER, NEXTCLOUD_HOST: url, OIDC_ISSUER: url });
      expect(text)
        .to.contain('NEXTCLOUD_HOST: must not hold')
        .and.to.contain('OIDC_ISSUER: must not hold')
        .and.not.to.contain('hush');
    }
  });

  it('refuses two names that say different things', () => {
    expect(problems({ ...USER, NEXTCLOUD_URL: 'https://other.example' })).to.contain(
      'NEXTCLOUD_URL says something else',
    );
  });

  it('listens beyond this machine only with a bearer token', () => {
    const beyond = { ...USER, HOST: '0.0.0.0' };
    expect(problems(beyond)).to.contain('Set MCP_BEARER_TOKEN');
    expect(read({ ...beyond, MCP_BEARER_TOKEN: '0123456789abcdef' }).listen.host).to.equal(
      '0.0.0.0',
    );
    for (const host of ['127.0.0.1', '127.9.9.9', 'localhost', '::1', '[::1]'])
      expect(isLoopback(host)).to.equal(true);
    for (const host of ['0.0.0.0', '::', '127.example.org', '192.168.0.1'])
      expect(isLoopback(host)).to.equal(false);
  });

  it('refuses weak tokens', () => {
    expect(problems({ MCP_BEARER_TOKEN: 'short' })).to.contain('at least 16 characters');
    expect(problems({ MCP_BEARER_TOKEN: 'with spaces in it 0123' })).to.contain('may hold letters');
  });

  it('says which known settings mean nothing here, instead of ignoring them', () => {
    expect(
      read({ ...USER, OIDC_CLIENT_ID: 'x', ENABLE_TOKEN_EXCHANGE: 'true' }).notes.join(),
    ).to.contain(
      'Without effect, because a single user is served: OIDC_CLIENT_ID, ENABLE_TOKEN_EXCHANGE',
    );
    const [name = ''] = LATER_NAMES;
    expect(read({ [name]: 'x' }).notes.join()).to.contain(name);
  });

  it('refuses what is nearly one of its names, whatever it begins with', () => {
    const text = problems({ ...USER, ALLOWED_MCP_CLIENT: 'x', OIDC_JWKS_URL: 'https://x.example' });
    expect(text).to.contain('ALLOWED_MCP_CLIENT: is not a setting of this gateway. Did you mean');
    expect(text).to.contain('Did you mean OIDC_JWKS_URI?');
  });

  it('reads a .env file as editors leave it', () => {
    const dotenv = '\uFEFFPORT=1\r\nexport HOST="localhost" # here\r\nLOG_LEVEL = debug\r\n';
    const { listen, log } = read({}, { dotenv });
    expect([listen, log.level]).to.eql([{ host: 'localhost', port: 1 }, 'debug']);
  });

  it('leaves settings of other programs alone', () => {
    expect(read({ ...USER, DATABASE_URL: 'mysql://db/others' }).nextcloud?.username).to.equal(
      'alice',
    );
    expect(() => read({ MCP_TIMEOUT: '5', NEXTCLOUD_TRUSTED_DOMAINS: 'x' })).not.to.throw();
  });

  it('leaves alone what Kubernetes tells about a service that is called like its settings', () => {
    const links = {
      NEXTCLOUD_SERVICE_HOST: '10.0.0.1',
      NEXTCLOUD_SERVICE_PORT: '80',
      NEXTCLOUD_SERVICE_PORT_HTTP: '80',
      NEXTCLOUD_PORT: 'tcp://10.0.0.1:80',
      NEXTCLOUD_PORT_80_TCP: 'tcp://10.0.0.1:80',
      NEXTCLOUD_PORT_80_TCP_PROTO: 'tcp',
      NEXTCLOUD_PORT_80_TCP_PORT: '80',
      NEXTCLOUD_PORT_80_TCP_ADDR: '10.0.0.1',
      NEXTCLOUD_MCP_SERVER_PORT: 'tcp://10.0.0.2:8000',
    };
    expect(read({ ...USER, ...links }).nextcloud?.username).to.equal('alice');
    expect(problems({ ...USER, NEXTCLOUD_PORT: '80' })).to.contain('NEXTCLOUD_PORT: is not');
  });

  it('reads nothing but secrets from files, and says so', () => {
    expect(problems({ ...USER, OIDC_CLIENT_ID_FILE: '/run/id' })).to.contain(
      'OIDC_CLIENT_ID_FILE: is not a setting of this gateway. Did you mean OIDC_CLIENT_ID',
    );
  });

  it('reads toolsets', () => {
    expect(toolsetChoice(['all', 'admin'])).to.eql({ all: true, named: new Set(['admin']) });
    expect(toolsetChoice(['default', 'talk'])?.named).to.eql(
      new Set([...DEFAULT_TOOLSETS, 'talk']),
    );
    expect(read({ MCP_TOOLSETS: ' notes, deck ' }).tools.toolsets).to.eql({
      all: false,
      named: new Set(['notes', 'deck']),
    });
  });

  it('refuses a CA bundle without certificates', () => {
    const environment = { ...USER, NEXTCLOUD_CA_BUNDLE: '/ca.pem' };
    expect(problems(environment, { files: { '/ca.pem': 'hello' } })).to.contain(
      'no certificates could be read',
    );
    expect(problems(environment)).to.contain('no certificates could be read');
  });

  it('gives a configuration that nobody can change', () => {
    const config = read(USER);
    expect(
      Object.isFrozen(config) && Object.isFrozen(config.nextcloud) && Object.isFrozen(config.tools),
    ).to.equal(true);
  });
});

describe('the table of settings', () => {
  it('names each setting and alias once', () => {
    const names = SETTINGS.flatMap((setting) => [
      setting.name,
      ...('aliases' in setting ? setting.aliases : []),
    ]);
    expect(new Set(names).size).to.equal(names.length);
    expect(names.filter((name) => LATER_NAMES.includes(name))).to.eql([]);
  });
});
