import { expect } from 'chai';
import { singleUser } from '../../credentials/single-user.ts';
import { Catalogue } from '../../mcp/catalogue.ts';
import { openServer } from '../../nextcloud/connect.ts';
import { silentLogger } from '../../log.ts';
import { startLocalNextcloud } from '../../testing/local-nextcloud.ts';
import { composedTools } from '../../tools/index.ts';
import { toolTrial } from '../../web/tool-trial.ts';
import type { TryTool } from '../../web/tool-trial.ts';
import { assets } from './assets.ts';
import { pagesBed, post } from './pages-bed.fixture.ts';
import type { PagesBed } from './pages-bed.fixture.ts';
import { toolsExplorer } from './tools-explorer.ts';

const alice = { issuer: 'https://mcp.example.org', subject: 'alice-subject' };

const catalogueWith = (options: Partial<Catalogue['options']> = {}): Catalogue =>
  new Catalogue({
    composed: composedTools,
    limits: { json: 1_000_000, binary: 1_000_000 },
    toolsets: undefined,
    surface: 'full',
    readOnly: false,
    ...options,
  });

describe('the tools explorer', () => {
  let bed: PagesBed;
  let calls: { who: string | undefined; name: string; args: unknown }[];
  const tryTool: TryTool = (session, name, args) => {
    calls.push({ who: session?.principal?.subject, name, args });
    return Promise.resolve({ ok: true, answer: { said: '<b>hello</b>' } });
  };
  const logins = {
    url: ({ returnTo }: { returnTo: string }) => Promise.resolve(`/oauth/login?to=${returnTo}`),
  };
  const explorer = (options: Partial<Parameters<typeof toolsExplorer>[0]> = {}) =>
    toolsExplorer({
      catalogue: catalogueWith(),
      sessions: bed.sessions,
      logins,
      tryTool,
      ...options,
    });
  const text = async (address: string, cookie?: string): Promise<string> =>
    (await fetch(address, { headers: cookie === undefined ? {} : { cookie } })).text();

  beforeEach(async () => {
    calls = [];
    bed = await pagesBed();
  });
  afterEach(() => bed.close());

  it('lists toolsets, and finds tools by words and toolset without script', async () => {
    const url = await bed.serve(explorer());
    const all = await text(`${url}/tools`);
    expect(all).to.contain('href="/tools?toolset=notes"');
    const found = await text(`${url}/tools?q=create+note&toolset=notes`);
    expect(found).to.contain('/tools/nc_notes_create_note').and.not.to.contain('nc_calendar_');
    expect(await text(`${url}/tools?q=zzzzzz`)).to.contain('No tool fits');
    expect(await text(`${url}/tools?q=%22%3E%3Cscript%3E`)).not.to.contain('"><script');
  });

  it('goes through long results page by page', async () => {
    const url = await bed.serve(explorer());
    const names = (html: string) =>
      [...html.matchAll(/href="\/tools\/(\w+)"/g)].map(([, one]) => one);
    const first = await text(`${url}/tools?toolset=talk`);
    expect(first).to.contain('page=2').and.not.to.contain('Previous page');
    const second = await text(`${url}/tools?toolset=talk&page=2`);
    expect(second).to.contain('Previous page').and.not.to.contain('Next page');
    const both = [...names(first), ...names(second)];
    const expected = catalogueWith()
      .registry('34')
      .tools.filter(({ toolset }) => toolset === 'talk');
    expect(new Set(both).size).to.equal(both.length).and.to.equal(expected.length);
  });

  it('stays light on every list', async () => {
    const url = await bed.serve(explorer());
    const toolsets = [...(await text(`${url}/tools`)).matchAll(/toolset=(\w+)"/g)].map(
      ([, one]) => one,
    );
    expect(toolsets.length).to.be.greaterThan(20);
    for (const query of [
      'q=the+list+of+notes+create+get+delete+update',
      ...toolsets.map((one) => `toolset=${one ?? ''}`),
    ])
      expect((await text(`${url}/tools?${query}`)).length, query).to.be.below(50_000);
  });

  it('shows what a tool takes, needs and gives, and how far it is proven', async () => {
    const url = await bed.serve(explorer());
    const html = await text(`${url}/tools/nc_notes_get_note`);
    expect(html).to.contain('notes:read').and.to.contain('Read and search your notes');
    expect(html).to.contain('&quot;note_id&quot;').and.to.contain('idempotent');
    expect(html).to.contain('recorded</span> on a real server');
    expect((await fetch(`${url}/tools/no_such_tool`)).status).to.equal(404);
  });

  it('shows what this gateway serves: no administration unless asked for, no writing when read only', async () => {
    const usual = await bed.serve(explorer());
    expect((await fetch(`${usual}/tools/nc_notes_create_note`)).status).to.equal(200);
    expect(await text(`${usual}/tools`)).not.to.contain('toolset=admin');
    const readOnly = await bed.serve(explorer({ catalogue: catalogueWith({ readOnly: true }) }));
    expect((await fetch(`${readOnly}/tools/nc_notes_create_note`)).status).to.equal(404);
    const few = catalogueWith({ toolsets: { all: false, named: new Set(['notes']) } });
    const named = await bed.serve(explorer({ catalogue: few }));
    expect((await fetch(`${named}/tools/deck_get_boards`)).status).to.equal(404);
  });

  it('tries a reading tool for the person at the browser, with typed arguments', async () => {
    const url = await bed.serve(explorer());
    const { cookie, csrf } = await bed.signedIn(alice);
    const fields = { csrf, 'arg.query': '', 'arg.limit': '3', 'arg.category': '', other: 'x' };
    const answer = await post(`${url}/tools/nc_notes_search_notes`, fields, cookie);
    expect(calls).to.deep.equal([
      { who: 'alice-subject', name: 'nc_notes_search_notes', args: { query: '', limit: 3 } },
    ]);
    expect(await answer.text())
      .to.contain('&lt;b&gt;hello')
      .and.not.to.contain('<b>hello');
  });

  it('asks strangers to sign in, and calls nothing for a form that is not theirs', async () => {
    const url = await bed.serve(explorer());
    const page = await text(`${url}/tools/nc_notes_get_note`);
    expect(page).to.contain('Sign in to call it').and.not.to.contain('name="csrf"');
    const redirect = await fetch(`${url}/tools/nc_notes_get_note?sign-in`, { redirect: 'manual' });
    expect(redirect.headers.get('location')).to.equal('/oauth/login?to=/tools/nc_notes_get_note');
    const { cookie, csrf } = await bed.signedIn(alice);
    for (const [token, cookies] of [
      [csrf, undefined],
      ['guessed', cookie],
      ['', cookie],
    ] as const) {
      const fields = { csrf: token, 'arg.note_id': '1' };
      const answer = await post(`${url}/tools/nc_notes_get_note`, fields, cookies);
      expect(answer.status).to.equal(403);
    }
    expect(calls).to.deep.equal([]);
  });

  it('never tries what changes data', async () => {
    const url = await bed.serve(explorer());
    const { cookie, csrf } = await bed.signedIn(alice);
    expect(await text(`${url}/tools/nc_notes_delete_note`, cookie)).to.contain('not tried here');
    const fields = { csrf, 'arg.note_id': '1' };
    const answer = await post(`${url}/tools/nc_notes_delete_note`, fields, cookie);
    expect(answer.status).to.equal(403);
    expect(calls).to.deep.equal([]);
  });

  it('says which field holds no JSON, keeps what was typed, and sends nothing', async () => {
    const url = await bed.serve(explorer({ sessions: undefined, logins: undefined }));
    const tool = catalogueWith()
      .registry('34')
      .tools.find(
        ({ effect, inputSchema, toolset }) =>
          effect === 'read' &&
          toolset !== 'admin' &&
          Object.values(
            (inputSchema['properties'] ?? {}) as Record<string, { type?: unknown }>,
          ).some(({ type }) => type === 'array'),
      );
    const [name] = Object.entries(
      (tool?.inputSchema['properties'] ?? {}) as Record<string, { type?: unknown }>,
    ).find(([, { type }]) => type === 'array') ?? [''];
    const path = `${url}/tools/${tool?.name ?? ''}`;
    const html = await (await post(path, { [`arg.${name}`]: '[1, <' })).text();
    expect(html).to.contain('Nothing was sent').and.to.contain('[1, &lt;</textarea>');
    expect(calls).to.deep.equal([]);
    await post(path, { [`arg.${name}`]: '["a"]' });
    expect(calls[0]?.args).to.deep.equal({ [name]: ['a'] });
  });

  it('goes the way of every call: apps, arguments, Nextcloud', async () => {
    const upstream = await startLocalNextcloud(({ url }) =>
      url.includes('/notes/7') ? { json: { id: 7, title: 'Milk', content: 'two' } } : undefined,
    );
    const server = openServer({
      baseUrl: upstream.url,
      publicUrl: upstream.url,
      timeoutMs: 5000,
      log: silentLogger,
    });
    const nextcloud = server.as(singleUser('alice', 'app-password'));
    const catalogue = catalogueWith();
    const trial = toolTrial({
      catalogue,
      sessionOf: () => ({ nextcloud, scopes: 'unrestricted', key: 'alice' }),
      report: () => undefined,
      now: () => new Date(),
      newId: () => 'id',
    });
    try {
      const url = await bed.serve(
        explorer({ catalogue, sessions: undefined, logins: undefined, tryTool: trial }),
      );
      const call = async (name: string, fields: Record<string, string>) =>
        (await post(`${url}/tools/${name}`, fields)).text();
      expect(await call('nc_notes_get_note', { 'arg.note_id': '7' })).to.contain('Milk');
      expect(await call('nc_notes_get_note', {})).to.contain('It did not work');
      expect(await call('deck_get_boards', {})).to.contain('does not have');
      const { signal } = new AbortController();
      const refused = await trial(undefined, 'nc_notes_delete_note', { note_id: 7 }, signal);
      expect(refused.ok).to.equal(false);
      expect(upstream.calls().map(({ method }) => method)).to.deep.equal(['GET']);
    } finally {
      server.close();
      await upstream.close();
    }
  });
});

describe('the assets', () => {
  it('are kept for ever under an address that changes with them', async () => {
    const bed = await pagesBed();
    const catalogue = catalogueWith();
    const url = await bed.serve(
      assets(),
      toolsExplorer({ catalogue, sessions: undefined, logins: undefined, tryTool: undefined }),
    );
    try {
      const html = await (await fetch(`${url}/tools`)).text();
      const path = /<script src="([^"]+)" defer>/.exec(html)?.[1] ?? '';
      const script = await fetch(`${url}${path}`);
      expect(script.headers.get('cache-control')).to.contain('immutable');
      expect(script.headers.get('content-type')).to.contain('text/javascript');
      const icon = await fetch(`${url}/assets/icon.svg`);
      expect(icon.headers.get('content-type')).to.contain('image/svg+xml');
      expect((await fetch(`${url}/assets/page.000000000000.js`)).status).to.equal(404);
    } finally {
      await bed.close();
    }
  });
});
