import { expect } from 'chai';
import fc from 'fast-check';
import { Parser } from 'htmlparser2';
import { RELEASES } from '../../openapi/index.ts';
import { scopeFacts } from '../composition/scope-index.ts';
import { Catalogue } from '../mcp/catalogue.ts';
import { composedTools } from '../tools/index.ts';
import { documentOf } from './layout.ts';
import type { Page } from './page.ts';
import { accountPage } from './pages/account.ts';
import { consentPage } from './pages/consent.ts';
import { messagePage, statusPage } from './pages/message.ts';
import { signInPage } from './pages/sign-in.ts';
import { startPageOf } from './pages/start.ts';
import { toolPage } from './pages/tool.ts';
import { toolsPage } from './pages/tools.ts';
import { policyOf } from './policy.ts';
import { knownWords, scopeWords } from './scope-words.ts';
import { servedTools } from './served-tools.ts';

const catalogue = new Catalogue({
  composed: composedTools,
  limits: { json: 1_000_000, binary: 1_000_000 },
  toolsets: { all: true, named: new Set(['admin']) },
  surface: 'full',
  readOnly: false,
});
const SCOPES = scopeFacts(catalogue).all;
const TOO_MUCH = 50_000;

/** Every page with `text` in every field that somebody else can fill. */
function everyPage(text: string): readonly Page[] {
  const form = { action: text, csrf: text };
  const client = { id: text, name: text, host: text, vouched: false };
  const tool = servedTools(catalogue)().all.get('nc_notes_get_note')?.tool;
  if (tool === undefined) throw new Error('The sample tool is gone.');
  const strange = {
    ...tool,
    name: text,
    title: text,
    description: text,
    scopes: [text],
    app: text,
    inputSchema: {
      properties: {
        [text]: { type: 'string', description: text },
        choice: { enum: [text, 'other'] },
        json: { type: 'array' },
      },
    },
  };
  return [
    ...([true, false] as const).map((vouched) =>
      consentPage({
        client: { ...client, vouched },
        account: { userId: `1${text}`, displayName: `2${text}` },
        nextcloud: text,
        asked: [{ scope: text, checked: true }],
        already: [text],
        looksLike: text,
        allow: form,
        cancel: form,
        otherAccount: form,
      }),
    ),
    signInPage({
      nextcloud: text,
      client,
      way: { kind: 'window', loginUrl: text, code: text, statusPath: text },
      cancel: form,
      notice: text,
    }),
    signInPage({ nextcloud: text, way: { kind: 'redirect', form, target: text, provider: text } }),
    messagePage({
      status: 400,
      title: text,
      text,
      advice: text,
      link: { href: text, text },
    }),
    accountPage(
      {
        mode: 'embedded',
        account: { userId: `1${text}`, displayName: `2${text}`, issuer: text },
        nextcloud: text,
        readOnly: true,
        clients: [{ client: { ...client, id: `3${text}` }, scopes: [text], since: 1 }],
        kept: [{ kind: 'app-password', since: 1, dead: true }],
        audit: [{ at: 1, event: text, outcome: text, client: text, target: text }],
      },
      text,
      { notice: text },
    ),
    startPageOf({
      endpoint: text,
      mode: 'people',
      bearer: false,
      nextcloud: text,
      health: 'ready',
    }),
    toolsPage({
      query: text,
      toolset: text,
      toolsets: [{ name: text, tools: 1 }],
      found: { tools: [{ ...strange, toolset: text }], total: 99, page: 1, pages: 3 },
    }),
    toolPage({
      tool: { ...strange, toolset: text },
      releases: [{ release: text, contract: { kind: 'unrecorded', reason: text } }],
      answerSchema: { title: text },
      trial: {
        kind: 'form',
        csrf: text,
        filled: {
          values: { [text]: text, choice: text, json: text },
          outcome: { kind: 'answer', ok: true, answer: { [text]: text } },
        },
      },
    }),
  ];
}

/** Tags with the names of their attributes: what a browser makes of a page, without its texts. */
function skeleton(page: Page): string {
  const tags: string[] = [];
  const parser = new Parser({
    onopentag: (name, attributes) => {
      tags.push(`${name} ${Object.keys(attributes).join(' ')}`);
    },
  });
  parser.end(documentOf(page));
  return tags.join('\n');
}

/** Values that would break out of a text, an attribute, a comment or a style, whole or in part. */
const hostile = fc
  .array(
    fc.oneof(
      fc.constantFrom(
        '<script>alert(1)</script>',
        '"><img src=x onerror=alert(1)>',
        "' autofocus onfocus='x",
        '</title></style></textarea></code>',
        '<!--',
        '&lt;',
        'javascript:alert(1)',
        '`',
        '\u202e',
      ),
      fc.string({ unit: 'grapheme', maxLength: 12 }),
    ),
    { minLength: 1, maxLength: 5 },
  )
  .map((parts) => `x${parts.join('')}`);

describe('the pages', () => {
  it('escape every field, so that no value changes what a browser builds', () => {
    const expected = everyPage('harmless').map(skeleton);
    fc.assert(
      fc.property(hostile, (text) => {
        expect(everyPage(text).map(skeleton)).to.deep.equal(expected);
      }),
      { numRuns: 60 },
    );
  });

  it('show what is ticked, and fold away what a client may be allowed beside it', () => {
    const view = {
      client: { id: 'i', name: 'Claude', host: 'claude.ai', vouched: false },
      account: { userId: 'alice' },
      nextcloud: 'cloud.example.org',
      already: [],
      allow: { action: '/a', csrf: 'c' },
      cancel: { action: '/b', csrf: 'c' },
      otherAccount: { action: '/c', csrf: 'c' },
    };
    const asked = (checked: readonly boolean[]) =>
      ['notes:read', 'notes:write'].map((scope, at) => ({ scope, checked: checked[at] === true }));
    const folded = (checked: readonly boolean[]): string | undefined =>
      /<details class="more">.*?<\/details>/s.exec(
        consentPage({ ...view, asked: asked(checked) }).body.text,
      )?.[0];
    const more = folded([true, false]);
    expect(more).to.contain('Let it do more (1)').and.to.contain('value="notes:write"');
    expect(more).not.to.contain('value="notes:read"');
    expect(folded([true, true]), 'everything would be granted').to.equal(undefined);
    expect(folded([false, false]), 'nothing to look at').to.equal(undefined);
  });

  it('keep names that run from right to left to themselves, in headings too', () => {
    const name = 'مساعد';
    const client = { id: 'i', name, host: 'claude.ai', vouched: false };
    const form = { action: '/a', csrf: 'c' };
    const pages = [
      signInPage({
        nextcloud: 'n',
        client,
        way: { kind: 'redirect', form, target: 'https://cloud.example.org' },
      }),
      consentPage({
        client,
        account: { userId: name, displayName: `${name}!` },
        nextcloud: 'n',
        asked: [],
        already: [],
        looksLike: name,
        allow: form,
        cancel: form,
        otherAccount: form,
      }),
    ];
    for (const page of pages) {
      const [, body = ''] = documentOf(page).split('<body>');
      expect(body.replaceAll(/<bdi>[^<]*<\/bdi>/g, '')).not.to.contain(name);
      expect(body).to.contain(`<bdi>${name}</bdi>`);
    }
  });

  it('follow no address but one of the web', () => {
    const link = (href: string) =>
      /<a class="button primary" href="([^"]*)"/.exec(
        messagePage({ status: 200, title: 'x', text: 'x', link: { href, text: 'x' } }).body.text,
      )?.[1];
    expect(link('/user/page')).to.equal('/user/page');
    expect(link('https://cloud.example.org/')).to.equal('https://cloud.example.org/');
    for (const trap of [
      'javascript:alert(1)',
      'data:text/html,x',
      '//evil.example',
      '/\\evil.example',
    ])
      expect(link(trap), trap).to.equal('#');
  });

  it('have one heading, one main part, a language, and no script or style inside but our own style', () => {
    for (const page of everyPage('x')) {
      const html = documentOf(page);
      expect(html.match(/<h1>/g)).to.have.length(1);
      expect(html.match(/<main /g)).to.have.length(1);
      expect(html).to.contain('<html lang="en">');
      expect(html.match(/<style>/g)).to.have.length(1);
      expect(html).not.to.match(/ style=| on[a-z]+=/);
      expect(html.match(/<script[^>]*>/g) ?? []).to.have.length(page.script === true ? 1 : 0);
      expect(html).not.to.match(/<script(?![^>]* src="\/assets\/page\.[0-9a-f]{12}\.js")/);
    }
  });

  it('stay light, also with every scope, many apps and long answers', () => {
    const client = {
      id: 'c'.repeat(80),
      name: 'n'.repeat(60),
      host: 'h'.repeat(60),
      vouched: false,
    };
    const form = { action: '/oauth/interaction/0123456789/allow', csrf: 'c'.repeat(43) };
    const consent = consentPage({
      client,
      account: { userId: 'alice' },
      nextcloud: 'cloud.example.org',
      asked: SCOPES.map((scope) => ({ scope, checked: true })),
      already: SCOPES,
      allow: form,
      cancel: form,
      otherAccount: form,
    });
    const account = accountPage(
      {
        mode: 'embedded',
        account: { userId: 'alice' },
        nextcloud: 'cloud.example.org',
        readOnly: false,
        clients: Array.from({ length: 60 }, () => ({
          client,
          scopes: SCOPES,
          since: 1,
          lastUsed: 2,
        })),
        kept: [{ kind: 'app-password', since: 1 }],
        audit: Array.from({ length: 25 }, () => ({
          at: 1,
          event: 'tool.called',
          outcome: 'ok',
          client: 'c'.repeat(80),
          target: 't'.repeat(60),
        })),
      },
      form.csrf,
    );
    for (const page of [consent, account])
      expect(Buffer.byteLength(documentOf(page)), page.title).to.be.below(TOO_MUCH);
  });

  it('stay light for every tool, tried with a long answer', () => {
    const served = servedTools(catalogue)();
    const answer = Array.from({ length: 2000 }, (_, id) => ({ id, text: '"<&>"' }));
    const heavy = [...served.all.values()].flatMap(({ tool, releases }) => {
      const page = toolPage({
        tool,
        releases: releases.map((release) => ({ release, contract: { kind: 'recorded' } })),
        answerSchema: served.answerSchema(tool.name),
        trial: {
          kind: 'form',
          csrf: 'c'.repeat(43),
          filled: { values: {}, outcome: { kind: 'answer', ok: true, answer } },
        },
      });
      const bytes = Buffer.byteLength(documentOf(page));
      return bytes < TOO_MUCH ? [] : [`${tool.name} ${String(bytes)}`];
    });
    expect(heavy).to.deep.equal([]);
  });

  it('say what to do for every status', () => {
    for (const status of [400, 403, 404, 410, 429, 500, 503, 418, 502]) {
      const page = statusPage(status);
      expect(page.status).to.equal(status);
      expect(page.body.text, String(status)).to.contain('What to do:');
    }
    expect(statusPage(404).title).not.to.equal(statusPage(410).title);
  });
});

describe('the policy of a page', () => {
  const page = messagePage({ status: 200, title: 'x', text: 'x' });
  const directives = (policy: string) => policy.split('; ').map((one) => one.split(' ')[0]);

  it('allows our style and our forms, and a script only where there is one', () => {
    const policy = policyOf(page);
    expect(policy).to.match(/^default-src 'none'; style-src 'sha256-[\w+/]+=*'; /);
    expect(policy).to.contain("base-uri 'none'").and.to.contain("frame-ancestors 'none'");
    expect(policy).to.contain("form-action 'self';").and.not.to.contain('script-src');
    expect(policyOf({ ...page, script: true })).to.contain("script-src 'self'; connect-src 'self'");
  });

  it('names where the answer to a form leads: an origin, or the scheme of an app', () => {
    const policy = policyOf({
      ...page,
      formTargets: [
        'https://claude.ai/api/mcp/auth_callback?x=1',
        'http://127.0.0.1:3340/cb',
        'http://[::1]:99/cb',
        'cursor://anysphere.cursor-retrieval/oauth',
        'no address',
      ],
    });
    expect(policy).to.contain(
      "form-action 'self' https://claude.ai http://127.0.0.1:3340 http: cursor:;",
    );
  });

  it('takes nothing else out of an address', () => {
    const expected = directives(policyOf(page));
    fc.assert(
      fc.property(fc.oneof(fc.webUrl(), fc.string()), fc.string(), (start, rest) => {
        const policy = policyOf({ ...page, formTargets: [`${start}; script-src *, ${rest}`] });
        expect(directives(policy)).to.deep.equal(expected);
        expect(policy).not.to.contain(',');
      }),
    );
  });
});

describe('the words for scopes', () => {
  it('are there for every scope that something needs', () => {
    expect(RELEASES.length).to.be.greaterThan(0);
    expect(SCOPES.filter((scope) => knownWords(scope) === undefined)).to.deep.equal([]);
  });

  it('tell each scope from the others, and reading from writing', () => {
    const texts = SCOPES.map(
      (scope) => `${scopeWords(scope).title}: ${scopeWords(scope).sentence}`,
    );
    expect(new Set(texts).size).to.equal(SCOPES.length);
    for (const scope of SCOPES) expect(scopeWords(scope).writes).to.equal(scope.endsWith(':write'));
  });

  it('show a scope nobody knows as it is, and take it for the worse', () => {
    for (const scope of [
      'nuclear:launch',
      'notes:read:all',
      'notes:admin',
      'constructor',
      'search:write',
    ]) {
      expect(scopeWords(scope)).to.deep.equal({ title: 'Other', sentence: scope, writes: true });
    }
  });
});
