import express from 'express';
import type { Express } from 'express';
import { assets } from '../../relay/http/routes/assets.ts';
import { toolsExplorer } from '../../relay/http/routes/tools-explorer.ts';
import { sendPage } from '../../relay/http/send-page.ts';
import { Catalogue } from '../../relay/mcp/catalogue.ts';
import { composedTools } from '../../relay/tools/index.ts';
import type { Page } from '../../relay/web/page.ts';
import { accountPage } from '../../relay/web/pages/account.ts';
import { consentPage } from '../../relay/web/pages/consent.ts';
import { statusPage } from '../../relay/web/pages/message.ts';
import { signInPage } from '../../relay/web/pages/sign-in.ts';
import { startPageOf } from '../../relay/web/pages/start.ts';
import type { AccountView, ConsentView, SignInView } from '../../relay/web/views.ts';

const csrf = 'a-token-of-the-session';
const nextcloud = 'cloud.example.org';

const CLIENT = {
  id: 'Zk3vTq0m8x',
  name: 'Claude',
  host: 'claude.ai',
  vouched: false,
};

/** Progress of the login on the sample sign-in page, and the addresses that its window shows. */
export interface SampleLogin {
  done: boolean;
}

const signIn: SignInView = {
  nextcloud,
  client: CLIENT,
  way: {
    kind: 'window',
    loginUrl: 'https://cloud.example.org/login/v2/flow/abc',
    code: 'F6KHTX',
    statusPath: '/sample/status',
  },
  cancel: { action: '/sample/cancel', csrf },
};

const consent: ConsentView = {
  client: CLIENT,
  account: { userId: 'alice', displayName: 'Alice Baker' },
  nextcloud,
  asked: [
    ['notes:read', true],
    ['notes:write', false],
    ['calendar:read', true],
    ['calendar:write', false],
    ['files:read', true],
    ['files:write', false],
    ['todo:read', true],
    ['talk:write', false],
  ].map(([scope, checked]) => ({ scope: String(scope), checked: checked === true })),
  already: ['contacts:read', 'search:read'],
  looksLike: undefined,
  allow: { action: '/sample/allow', csrf },
  cancel: { action: '/sample/cancel', csrf },
  otherAccount: { action: '/sample/other-account', csrf },
};

const account: AccountView = {
  mode: 'embedded',
  account: {
    userId: 'alice',
    displayName: 'Alice Baker',
    issuer: 'https://mcp.example.org',
  },
  nextcloud,
  readOnly: false,
  clients: [
    {
      client: CLIENT,
      scopes: ['notes:read', 'notes:write', 'calendar:read', 'files:read'],
      since: 1_763_000_000,
      lastUsed: 1_763_887_000,
    },
    {
      client: {
        id: 'https://editor.example.com/oauth/client.json',
        name: 'Example Editor',
        host: 'this computer',
        vouched: true,
      },
      scopes: ['deck:read', 'deck:write'],
      since: 1_763_500_000,
    },
  ],
  kept: [{ kind: 'app-password', since: 1_763_000_000, lastUsed: 1_763_887_000 }],
  audit: [
    {
      at: 1_763_887_000,
      event: 'tool.called',
      outcome: 'ok',
      client: 'Zk3vTq0m8x',
      target: 'nc_notes_search_notes',
    },
    {
      at: 1_763_886_000,
      event: 'tool.called',
      outcome: 'refused',
      client: 'Zk3vTq0m8x',
      target: 'nc_notes_create_note',
    },
    { at: 1_763_500_000, event: 'token.issued', outcome: 'ok', client: 'Zk3vTq0m8x' },
    { at: 1_763_000_000, event: 'nextcloud.connected', outcome: 'ok', target: 'alice' },
  ],
};

const start = { endpoint: 'https://mcp.example.org/mcp', bearer: false, health: 'ready' } as const;

/** Every page by a short name, filled as in real life. */
export const SAMPLES: Readonly<Record<string, () => Page>> = {
  start: () => startPageOf({ ...start, mode: 'people', nextcloud }),
  'start-single-user': () =>
    startPageOf({
      endpoint: 'http://localhost:8000/mcp',
      mode: 'single-user',
      bearer: true,
      health: 'not_ready',
    }),
  'sign-in': () => signInPage(signIn),
  'sign-in-redirect': () =>
    signInPage({
      nextcloud,
      way: {
        kind: 'redirect',
        form: { action: '/sample/login', csrf },
        target: 'https://cloud.example.org/index.php/apps/oauth2/authorize',
      },
      notice: 'Another account logged in than the one that was asked for. Nothing was kept.',
    }),
  consent: () => consentPage(consent),
  'consent-look-alike': () =>
    consentPage({
      ...consent,
      client: { ...CLIENT, name: 'CIaude', host: 'claude.attacker.example' },
      looksLike: 'Claude',
    }),
  message: () => statusPage(410),
  'message-error': () => statusPage(503),
  account: () => accountPage(account, csrf),
  'account-single-user': () =>
    accountPage(
      {
        ...account,
        mode: 'single-user',
        account: { userId: 'alice' },
        clients: [],
        audit: [],
        kept: [{ kind: 'environment' }],
      },
      undefined,
    ),
};

/** The sample pages at `/sample/<name>` and the real tools explorer, with tools that answer at once. */
export function sampleApp(login: SampleLogin): Express {
  const app = express();
  app.use(assets());
  app.get('/sample/status', (_request, response) => {
    response.json({ done: login.done });
  });
  // what stands for Nextcloud's window: to be closed by the page that opened it
  app.get('/login/v2/flow/abc', (_request, response) => {
    response.type('html').send('<!doctype html><html lang="en"><title>Nextcloud</title></html>');
  });
  app.get('/sample/:name', (request, response) => {
    const here = `http://${request.headers.host ?? ''}`;
    if (request.params.name === 'sign-in-here' && login.done) {
      sendPage(response, consentPage(consent));
      return;
    }
    const page =
      request.params.name === 'sign-in-here'
        ? signInPage({
            ...signIn,
            way: { ...signIn.way, loginUrl: `${here}/login/v2/flow/abc` } as SignInView['way'],
          })
        : (SAMPLES[request.params.name]?.() ?? statusPage(404));
    sendPage(response, page);
  });
  const catalogue = new Catalogue({
    composed: composedTools,
    limits: { json: 1_000_000, binary: 1_000_000 },
    toolsets: undefined,
    surface: 'full',
    readOnly: false,
  });
  const tryTool = (_session: unknown, name: string, args: unknown) =>
    Promise.resolve({ ok: true, answer: { called: name, with: args } });
  app.use(toolsExplorer({ catalogue, sessions: undefined, logins: undefined, tryTool }));
  return app;
}
