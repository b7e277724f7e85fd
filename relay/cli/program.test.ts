import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';
import { startLocalNextcloud } from '../testing/local-nextcloud.ts';
import type { Handle } from '../testing/local-nextcloud.ts';
import { PRODUCT } from '../version.ts';
import { SETTINGS } from '../config/settings.ts';
import { ranWith } from './ran.fixture.ts';
import type { Ran } from './ran.fixture.ts';

const ran = (
  words: readonly string[],
  environment: Readonly<Record<string, string>> = {},
): Promise<Ran> => ranWith(environment, words);

describe('the command line', () => {
  it('helps everywhere, and names every setting', async () => {
    const { code, out } = await ran(['--help']);
    expect(code).to.equal(0);
    for (const { name } of SETTINGS) expect(out).to.contain(name);
    for (const words of [
      ['serve'],
      ['stdio'],
      ['doctor'],
      ['tools'],
      ['tools', 'list'],
      ['tools', 'show'],
    ]) {
      const help = await ran([...words, '--help']);
      expect([help.code, help.out.startsWith('Usage:')], words.join(' ')).to.eql([0, true]);
      expect((await ran([...words, '--version'])).out.trim()).to.equal(PRODUCT.version);
    }
  });

  it('refuses what it does not understand, with a suggestion', async () => {
    const { code, err } = await ran(['doctr']);
    expect(code).to.equal(2);
    expect(err).to.equal('There is no command "doctr". Did you mean doctor?\n');
    expect((await ran(['tools', 'lst'])).err).to.contain('list');
    expect((await ran(['serve', '--prot', '1'])).err).to.contain('--port');
  });

  it('shows every problem of the configuration and ends with 2', async () => {
    const { code, err } = await ran(['serve'], { NEXTCLOUD_HOST: 'ftp://x', MCP_READONLY: '1' });
    expect(code).to.equal(2);
    expect(err)
      .to.contain('NEXTCLOUD_HOST:')
      .and.to.contain('MCP_READ_ONLY')
      .and.to.contain('NEXTCLOUD_PASSWORD: is missing');
  });

  it('refuses toolsets that do not exist', async () => {
    const { code, err } = await ran(['serve', '--port', '0'], {
      NEXTCLOUD_HOST: 'http://127.0.0.1:9',
      NEXTCLOUD_USERNAME: 'a',
      NEXTCLOUD_PASSWORD: 'b',
      MCP_TOOLSETS: 'note',
    });
    expect(code).to.equal(2);
    expect(err).to.contain('there is no toolset "note". Did you mean notes?');
  });

  it('serves until it is asked to end, then ends well', async () => {
    const environment = {
      NEXTCLOUD_HOST: 'http://127.0.0.1:9',
      NEXTCLOUD_USERNAME: 'a',
      NEXTCLOUD_PASSWORD: 'b',
    };
    const { code, err } = await ran(['--port', '0'], environment);
    expect(code).to.equal(0);
    expect(err)
      .to.match(/listening .*\/mcp/)
      .and.to.contain('stopping');
  });
});

describe('tools', () => {
  it('lists, searches, shows and exports without a Nextcloud', async () => {
    expect((await ran(['tools', 'list', '--toolset', 'deck'])).out)
      .to.contain('deck_create_board')
      .and.not.to.contain('nc_notes_');
    expect((await ran(['tools', 'search', 'create', 'a', 'board'])).out).to.contain(
      'deck_create_board',
    );
    expect((await ran(['tools', 'show', 'deck_create_board'])).out)
      .to.contain('deck:write')
      .and.to.contain('"title"');
    const exported = JSON.parse((await ran(['tools', 'export', '--release', '32'])).out) as {
      tools: { name: string }[];
    };
    expect(exported.tools.map(({ name }) => name)).to.include('deck_create_board');
    const listed = JSON.parse((await ran(['tools', 'list', '--json'])).out) as {
      name: string;
      effect: string;
    }[];
    expect(listed.find(({ name }) => name === 'deck_create_board')).to.include({ effect: 'add' });
  });

  it('end quietly when nobody reads on', () => {
    const main = fileURLToPath(new URL('../main.ts', import.meta.url));
    const pipe = `'${process.execPath}' '${main}' tools export | head -n 1`;
    expect(spawnSync('bash', ['-c', pipe], { encoding: 'utf8' })).to.include({
      stdout: '{\n',
      stderr: '',
    });
  });

  it('suggests the tool that was meant', async () => {
    const { code, err } = await ran(['tools', 'show', 'deck_create_bord']);
    expect([code, err.trim()]).to.eql([
      1,
      'There is no tool "deck_create_bord". Did you mean deck_create_board?',
    ]);
  });

  it('does not take an unknown toolset or release for an empty one', async () => {
    expect(await ran(['tools', 'list', '--toolset', 'dek'])).to.deep.equal({
      code: 1,
      out: '',
      err: 'There is no toolset "dek". Did you mean deck?\n',
    });
    const { code, err } = await ran(['tools', 'export', '--release', 'newest']);
    expect([code, err]).to.deep.equal([
      1,
      '--release takes a major version of Nextcloud, not "newest".\n',
    ]);
  });
});

describe('doctor', () => {
  const fine: Handle = ({ method, url }) => {
    if (method === 'PROPFIND' || url.includes('/apps/'))
      return url.startsWith('/ocs/') ? undefined : { status: 200, json: [] };
    return undefined;
  };

  async function examined(handle: Handle, words: readonly string[] = ['--json']): Promise<Ran> {
    const upstream = await startLocalNextcloud(handle);
    try {
      const environment = {
        NEXTCLOUD_HOST: upstream.url,
        NEXTCLOUD_USERNAME: 'alice',
        NEXTCLOUD_PASSWORD: 'the-password',
      };
      return await ran(['doctor', ...words], environment);
    } finally {
      await upstream.close();
    }
  }

  interface Report {
    readonly healthy: boolean;
    readonly findings: readonly { check: string; status: string; detail: string; hint?: string }[];
  }

  const find = (text: string, check: string) =>
    (JSON.parse(text) as Report).findings.find((finding) => finding.check === check);

  it('finds a good connection good, for people and for machines', async () => {
    const { code, out } = await examined(fine);
    expect(code).to.equal(0);
    expect(find(out, 'route: CalDAV')).to.include({
      status: 'ok',
      detail: 'app password, app password as bearer',
    });
    expect(find(out, 'route: Deck')).to.include({ status: 'skipped' });
    expect(find(out, 'tools')?.detail).to.contain('notes');
    const text = (await examined(fine, [])).out;
    expect(text).to.match(/^ok +sign-in +alice on Nextcloud 32\.0\.1/m);
    expect(text).not.to.contain('the-password');
  });

  it('tells which routes take which kind of the credential, and does not insist with a refused one', async () => {
    const bearers: string[] = [];
    const { out } = await examined((seen) => {
      if (seen.headers.authorization?.startsWith('Bearer') !== true) return fine(seen);
      bearers.push(seen.url);
      return { status: 401, json: {} };
    });
    expect(find(out, 'route: OCS')).to.include({ status: 'ok', detail: 'app password' });
    expect(bearers).to.have.length(1);
  });

  it('says what is wrong: wrong password, maintenance, clock, foreign answer', async () => {
    const password = await examined(({ url }) =>
      url.startsWith('/status.php') ? undefined : { status: 401, json: {} },
    );
    expect(password.code).to.equal(1);
    expect(find(password.out, 'sign-in')).to.include({ status: 'fail' });
    const maintenance = {
      installed: true,
      maintenance: true,
      productname: 'Nextcloud',
      versionstring: '32.0.1',
    };
    expect(find((await examined(() => ({ json: maintenance }))).out, 'maintenance')).to.include({
      status: 'fail',
    });
    const late = await examined((seen) => {
      if (!seen.url.startsWith('/status.php')) return fine(seen);
      return {
        json: { ...maintenance, maintenance: false },
        headers: { Date: 'Thu, 01 Jan 2026 00:00:00 GMT' },
      };
    });
    expect(find(late.out, 'clock')).to.include({ status: 'warn' });
    for (const foreign of [
      { body: 'hello' },
      { status: 404, json: {} },
      { status: 401, json: {} },
    ]) {
      expect(find((await examined(() => foreign)).out, 'reach')).to.include({
        status: 'fail',
        detail: 'something answers, but not as a Nextcloud',
        hint: 'NEXTCLOUD_HOST must be its root address.',
      });
    }
  });

  it('does not call a certificate verified when no connection came about', async () => {
    const { out } = await ran(['doctor', '--json'], {
      NEXTCLOUD_HOST: 'https://127.0.0.1:9',
      NEXTCLOUD_USERNAME: 'alice',
      NEXTCLOUD_PASSWORD: 'the-password',
    });
    expect((JSON.parse(out) as Report).findings.map(({ check }) => check)).to.deep.equal(['reach']);
  });

  it('examines what a gateway for many people stands on, and recommends the safer login', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'doctor-'));
    const known = 'registered-client';
    const upstream = await startLocalNextcloud(({ url }) => {
      if (url.startsWith('/index.php/login/v2')) return { json: { poll: {}, login: '' } };
      if (!url.startsWith('/index.php/apps/oauth2/authorize')) return undefined;
      return url.includes(known)
        ? { status: 303, headers: { Location: '/login/flow' }, body: '' }
        : { status: 200, body: 'page' };
    });
    const look = (more: Record<string, string> = {}) =>
      ran(['doctor', '--json'], {
        NEXTCLOUD_HOST: upstream.url,
        NEXTCLOUD_MCP_SERVER_URL: 'http://localhost:8000',
        TOKEN_STORAGE_DB: join(folder, 'gateway.db'),
        ...more,
      });
    try {
      const plain = await look();
      expect(plain.code).to.equal(0);
      expect(find(plain.out, 'store')).to.include({ status: 'ok' });
      expect(plain.out).to.contain('NEXTCLOUD_OAUTH2_CLIENT_ID');
      const app = (id: string) =>
        look({ NEXTCLOUD_OAUTH2_CLIENT_ID: id, NEXTCLOUD_OAUTH2_CLIENT_SECRET: 'secret' });
      expect(find((await app(known)).out, 'login')).to.include({ status: 'ok' });
      expect(find((await app('stranger')).out, 'login')).to.include({ status: 'fail' });
      const provider = await look({ OIDC_ISSUER: 'http://127.0.0.1:9' });
      expect(provider.code).to.equal(1);
      expect(find(provider.out, 'identity provider')).to.include({ status: 'fail' });
    } finally {
      await upstream.close();
      rmSync(folder, { recursive: true });
    }
  });

  it('has nothing to examine without an address', async () => {
    expect(await ran(['doctor'])).to.include({ code: 2 });
  });
});
