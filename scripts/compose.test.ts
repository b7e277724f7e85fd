import { createHash } from 'node:crypto';
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { DCLinter } from 'dclint';
import { readConfig } from '../relay/config.ts';
import type { Config } from '../relay/config.ts';
import { FILE_SUFFIX, SETTINGS } from '../relay/config/settings.ts';
import type { Setting } from '../relay/config/settings.ts';
import { RELEASES } from '../openapi/index.ts';
import { PRODUCT } from '../relay/version.ts';
import { COMPOSE, composeFile, composeText } from './compose/compose-file.fixture.ts';

const { services, volumes, secrets } = composeFile();
const all = Object.entries(services);
const gateways = all.filter(([, service]) => service.build !== undefined);

/** The linter's own types are not found by NodeNext resolution. */
interface Linted {
  readonly messages: readonly { readonly type: 'warning' | 'error'; readonly message: string }[];
}

/** What the Compose specification's own schema, and the linter's rules of weight, have against a file. */
function objections(text: string): readonly string[] {
  const folder = mkdtempSync(join(tmpdir(), 'compose-'));
  try {
    const file = join(folder, 'compose.yaml');
    writeFileSync(file, text);
    const linter = new DCLinter({ rules: {}, quiet: false, debug: false, exclude: [] });
    const results: readonly Linted[] = linter.lintFiles([file], false);
    return results
      .flatMap(({ messages }) => messages)
      .filter(({ type }) => type === 'error')
      .map(({ message }) => message);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe('compose.yaml', () => {
  it('follows the Compose specification', () => {
    const text = composeText('compose.yaml');
    expect(objections(text)).to.deep.equal([]);
    expect(objections(text.replace('start_interval:', 'strat_interval:'))).to.have.lengthOf(1);
    expect(objections(text.replace('service_healthy', 'service_happy'))).to.have.lengthOf(1);
  });

  it('pins every image to one release', () => {
    for (const [name, { image }] of all)
      expect(image, name).to.match(/:\d+\.\d+(?:\.\d+)?(?:-\w+)?$/);
    for (const [name, { image }] of gateways) expect(image, name).to.match(tagged(PRODUCT.version));
    expect(composeText('Dockerfile')).to.match(/^FROM node:\d+\.\d+\.\d+-alpine$/m);
    const nextcloud = /nextcloud:(\d+)/.exec(services['nextcloud']?.image ?? '')?.[1];
    expect(RELEASES).to.include(nextcloud);
  });

  it('publishes ports on loopback only', () => {
    const ports = all.flatMap(([, service]) => service.ports ?? []);
    expect(ports).to.have.lengthOf(7);
    for (const port of ports) expect(port).to.match(/^127\.0\.0\.1:/);
  });

  it('starts each service when what it needs is ready, in the same profile', () => {
    for (const [name, { depends_on: needs = {}, profiles }] of all) {
      for (const [needed, { condition }] of Object.entries(needs)) {
        const other = services[needed];
        expect(other?.profiles, `${name} → ${needed}`).to.include.members([...profiles]);
        const once = other?.restart === 'no';
        expect(condition).to.equal(once ? 'service_completed_successfully' : 'service_healthy');
        // an image of ours brings its own check
        if (!once && other?.build === undefined)
          expect(other, needed).to.have.property('healthcheck');
      }
    }
  });

  it('runs the gateway without rights it does not need', () => {
    expect(gateways).to.have.lengthOf(3);
    for (const [, gateway] of gateways) {
      expect(gateway).to.deep.include({ user: '1000:1000', read_only: true, cap_drop: ['ALL'] });
      expect(gateway.security_opt).to.deep.equal(['no-new-privileges:true']);
    }
    expect(composeText('Dockerfile')).to.match(/^USER node$/m);
  });

  it('mounts what exists: files of this folder, declared volumes, declared secrets', () => {
    for (const [name, service] of all) {
      for (const [source = ''] of (service.volumes ?? []).map((mount) => mount.split(':'))) {
        if (source.startsWith('.'))
          expect(existsSync(join(COMPOSE, source)), source).to.equal(true);
        else expect(volumes, name).to.have.property(source);
      }
      for (const secret of service.secrets ?? []) expect(secrets, name).to.have.property(secret);
      for (const value of Object.values(service.environment)) {
        const secret = /^\/run\/secrets\/(.+)/.exec(value)?.[1];
        if (secret !== undefined) expect(service.secrets, name).to.include(secret);
      }
    }
  });

  it('holds no secret, and no variable that .env.example does not explain', () => {
    for (const [name, service] of all) {
      for (const key of Object.keys(service.environment)) {
        expect(key, name).not.to.match(/(?:PASSWORD|SECRET|TOKEN|KEY)$/);
      }
    }
    const used = composeText('compose.yaml').matchAll(/\$\{(\w+):-/g);
    const explained = composeText('.env.example').matchAll(/^#?([A-Z_]+)=/gm);
    expect(namesIn(used)).to.deep.equal(namesIn(explained));
  });
});

describe('the gateway in compose.yaml', () => {
  it('is given settings that exist', () => {
    const known = new Set([
      ...(SETTINGS as readonly Setting[]).flatMap(({ name, kind }) =>
        kind === 'secret' ? [name, name + FILE_SUFFIX] : [name],
      ),
    ]);
    for (const [service, { environment }] of gateways) {
      for (const name of Object.keys(environment)) {
        expect(known.has(name), `${service}: ${name}`).to.equal(true);
      }
    }
  });

  it('acts as one user in the profile single-user', () => {
    const config = configOf('gateway');
    expect(config.listen).to.deep.equal({ host: '0.0.0.0', port: 8000 });
    expect(config.nextcloud).to.deep.equal({
      host: 'http://nextcloud',
      publicUrl: 'http://localhost:8080',
      username: 'alice',
      password: `content-of-${services['app-password']?.environment['APP_PASSWORD_FILE'] ?? ''}`,
    });
    expect(config.bearerToken).to.equal('content-of-/run/secrets/mcp-bearer-token');
    expect(config.notes).to.deep.equal([]);
  });

  it('lets everybody sign in with their Nextcloud account in the profile sign-in, behind the proxy alone', () => {
    const { signIn, nextcloud, notes, listen } = configOf('gateway-with-sign-in');
    expect(signIn).to.deep.include({
      mode: 'embedded',
      resource: 'https://localhost:8443/mcp',
      nextcloud: { host: 'http://nextcloud', publicUrl: 'https://localhost:8444' },
      proxies: ['*'],
    });
    expect({ nextcloud, notes }).to.deep.equal({ nextcloud: undefined, notes: [] });
    expect(listen.host).to.equal('0.0.0.0');
    const published = all.filter(
      ([, { profiles, ports }]) => profiles.includes('sign-in') && ports,
    );
    expect(published.map(([name]) => name)).to.deep.equal(['proxy']);
    const caddyfile = composeText('proxy/Caddyfile');
    expect(caddyfile).to.contain('https://localhost:8443').and.to.contain('https://localhost:8444');
    for (const address of Object.entries(services['proxy']?.environment ?? {}))
      expect(caddyfile).to.contain(`{$${address[0]}:`);
  });

  it('exchanges tokens in the profile keycloak', () => {
    const { signIn, nextcloud, notes } = configOf('gateway-with-exchange');
    expect(signIn).to.deep.include({
      credential: 'token-exchange',
      resource: 'http://localhost:8000/mcp',
      nextcloudAudience: 'nextcloud',
    });
    if (signIn?.mode !== 'provider') throw new Error('names no provider');
    expect(signIn.client?.secret).to.equal('content-of-/run/secrets/gateway-client-secret');
    expect(signIn.store.keys).to.equal(contentOf('/run/secrets/token-encryption-key'));
    expect({ nextcloud, notes }).to.deep.equal({ nextcloud: undefined, notes: [] });
  });

  it('is built from files that exist', () => {
    const root = join(COMPOSE, '..');
    const copied = [...composeText('Dockerfile').matchAll(/^COPY (.+) \S+$/gm)];
    const kept = [...composeText('Dockerfile.dockerignore').matchAll(/^!(.+)$/gm)];
    const paths = [...copied, ...kept].flatMap(([, list = '']) => list.split(' '));
    expect(paths).to.include.members(['package-lock.json', 'relay', 'contract-tests']);
    for (const path of paths) expect(existsSync(join(root, path)), path).to.equal(true);
  });
});

describe('scripts of compose/', () => {
  const hooks = join(COMPOSE, 'nextcloud/hooks');
  const scripts = [
    ...readdirSync(hooks, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => join(parentPath, name)),
    ...['up', 'nextcloud/app-password.sh', 'keycloak/start.sh', 'keycloak/ready.sh'].map((file) =>
      join(COMPOSE, file),
    ),
  ];

  it('are executable and written without a slip', () => {
    expect(scripts.length).to.be.greaterThan(8);
    for (const script of scripts) {
      expect(statSync(script).mode & 0o111, script).to.equal(0o111);
      execFileSync('bash', ['-n', script]);
    }
  });
});

/** A secret file holds its own name; a key 64 hex digits of it, the form that ./up gives all of them. */
function contentOf(path: string): string {
  return path.endsWith('-key')
    ? createHash('sha256').update(path).digest('hex')
    : `content-of-${path}`;
}

/** What the gateway makes of its environment. */
function configOf(service: string): Config {
  return readConfig({
    environment: services[service]?.environment ?? {},
    flags: {},
    readFile: contentOf,
  });
}

function tagged(version: string): RegExp {
  return new RegExp(`^${PRODUCT.name}:${version.replaceAll('.', '\\.')}$`);
}

function namesIn(found: Iterable<RegExpMatchArray>): readonly string[] {
  return [...new Set([...found].map(([, name = '']) => name))].sort();
}
