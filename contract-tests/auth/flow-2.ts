import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { readConfig } from '../../relay/config.ts';
import { composeSignInDependencies } from '../../relay/dependencies.ts';
import { RelayError } from '../../relay/errors.ts';
import { silentLogger } from '../../relay/log.ts';
import { plainBrowser } from './plain-browser.ts';

/**
 * Flow 2 from end to end with a live Keycloak and a live Nextcloud: starts a gateway with the settings of the
 * environment, asks for the consent as an MCP client, signs in with a browser at Keycloak's own form, and works with the
 * stored consent from another process. Then takes it back, and another time revokes it at Keycloak.
 *
 *   MCP_TOKEN=… PERSON=alice PERSON_PASSWORD=… NEXTCLOUD_HOST=… OIDC_DISCOVERY_URL=… OIDC_CLIENT_ID=… (and so on) \
 *     node contract-tests/auth/flow-2.ts
 */
type Answer = Readonly<Record<string, unknown>>;

const {
  MCP_TOKEN: token = '',
  PERSON: person = '',
  PERSON_PASSWORD: password = '',
  PORT = '8000',
  ...settings
} = process.env;
const root = `http://127.0.0.1:${PORT}`;
const folder = mkdtempSync(join(tmpdir(), 'flow-2-'));
const environment: Readonly<Record<string, string | undefined>> = {
  ENABLE_TOKEN_EXCHANGE: 'true',
  NEXTCLOUD_OIDC_SCOPES: 'notes:read',
  NEXTCLOUD_MCP_SERVER_URL: root,
  ...settings,
  PORT,
  ENABLE_OFFLINE_ACCESS: 'true',
  TOKEN_STORAGE_DB: join(folder, 'gateway.db'),
};

function tell(step: string, saw: string): void {
  process.stdout.write(`| ${step} | ${saw} |\n`);
}

function expectThat(holds: boolean, what: string): void {
  if (!holds) throw new Error(what);
}

const program = fileURLToPath(new URL('../../relay/start.mjs', import.meta.url));
const gateway = spawn(process.execPath, [program, 'serve'], {
  env: environment,
  stdio: ['ignore', 'ignore', 'inherit'],
});
const gone = once(gateway, 'exit');
const client = new Client(
  { name: 'flow-2', version: '1.0.0' },
  { versionNegotiation: { mode: 'auto' } },
);

async function started(): Promise<void> {
  for (let tries = 0; tries < 100 && gateway.exitCode === null; tries += 1) {
    const answer = await fetch(`${root}/health/live`).catch(() => undefined);
    if (answer?.ok === true) return;
    await delay(100);
  }
  throw new Error('the gateway did not start');
}

async function call(name: string): Promise<Answer> {
  const result = await client.callTool({ name, arguments: {} });
  expectThat(result.isError !== true, JSON.stringify(result.content));
  return (result.structuredContent ?? {}) as Answer;
}

/** The person opens the link and signs in at Keycloak, whose page comes first when there is no session yet. */
async function consent(): Promise<void> {
  const { authorization_url: link } = await call('provision_nextcloud_access');
  const browser = plainBrowser();
  let page = await browser.visit(String(link));
  while (page.url.origin !== root) {
    const isLogin = page.text.includes('name="password"');
    tell(isLogin ? 'login form' : 'consent form', `${String(page.status)} at ${page.url.origin}`);
    const fields = isLogin ? { username: person, password } : { accept: 'Yes' };
    page = await browser.submit(page, fields);
  }
  const title = /<h1[^>]*>([^<]*)/.exec(page.text)?.[1] ?? '';
  tell('callback', `${String(page.status)} ${title}`);
  expectThat(page.status === 200, page.text);
  expectThat((await browser.visit(page.url)).status === 400, 'a callback worked twice');
}

/** The gateway's other half, without HTTP. */
function startWorker(): ReturnType<typeof composeSignInDependencies> {
  const config = readConfig({ flags: {}, environment, readFile: () => '' });
  if (config.signIn === undefined) throw new Error('nobody signs in');
  return composeSignInDependencies({ config, signIn: config.signIn, log: silentLogger });
}

/** What a worker in another process gets from the stored consent. */
async function inBackground(work: (authorization: string) => Promise<void>): Promise<void> {
  const worker = await startWorker();
  try {
    const issuer = JSON.parse(
      Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as { iss: string; sub: string };
    const principal = { issuer: issuer.iss, subject: issuer.sub };
    const background = worker.signIn?.broker.background;
    const credential = await background?.({ principal, scopes: ['notes:read'] });
    await work(credential?.authorization ?? '');
  } finally {
    await worker.close();
  }
}

/** Whom Nextcloud takes it for. */
async function userOf(Authorization: string): Promise<string> {
  const url = `${environment.NEXTCLOUD_HOST ?? ''}/ocs/v2.php/cloud/user?format=json`;
  const headers = { Authorization, 'OCS-APIRequest': 'true' };
  const answer = (await (await fetch(url, { headers })).json()) as {
    ocs: { data: { id?: string } };
  };
  return answer.ocs.data.id ?? 'nobody';
}

async function refusal(work: () => Promise<void>): Promise<string> {
  const error: unknown = await work().then(
    () => undefined,
    (reason: unknown) => reason,
  );
  return error instanceof RelayError ? error.code : String(error);
}

/** RFC 7009 at the provider, past the gateway, with the token that the gateway stores. */
async function revokeAtProvider(): Promise<void> {
  const worker = await startWorker();
  try {
    const [grant] = (await worker.signIn?.store.grants.list(1)) ?? [];
    if (grant === undefined) throw new Error('no grant is stored');
    const start = await worker.signIn?.store.grants.startRefresh(grant.principal, 30);
    if (start?.kind !== 'lease') throw new Error('the grant is in use');
    await worker.signIn?.store.grants.abandonRefresh(start.lease);
    const discovered = await fetch(environment.OIDC_DISCOVERY_URL ?? '');
    const { revocation_endpoint: url } = (await discovered.json()) as {
      revocation_endpoint: string;
    };
    const pair = `${environment.OIDC_CLIENT_ID ?? ''}:${environment.OIDC_CLIENT_SECRET ?? ''}`;
    const answer = await fetch(url, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(pair).toString('base64')}` },
      body: new URLSearchParams({ token: start.lease.refreshToken }),
    });
    tell('revoked at the provider alone', String(answer.status));
  } finally {
    await worker.close();
  }
}

try {
  await started();
  const headers = { Authorization: `Bearer ${token}` };
  const transport = new StreamableHTTPClientTransport(new URL('/mcp', root), {
    requestInit: { headers },
  });
  await client.connect(transport);
  process.stdout.write('| step | saw |\n| --- | --- |\n');
  tell('before', JSON.stringify(await call('check_provisioning_status')));
  await consent();
  tell('status', JSON.stringify(await call('check_provisioning_status')));
  const kept: string[] = [];
  await inBackground(async (authorization) => {
    kept.push(authorization);
    const user = await userOf(authorization);
    expectThat(user === person, `Nextcloud took it for ${user}`);
    const claims = JSON.parse(
      Buffer.from(authorization.split('.')[1] ?? '', 'base64url').toString('utf8'),
    ) as Answer;
    tell(
      'background credential',
      `${user}; aud ${String(claims['aud'])}; ${String(claims['scope'])}`,
    );
  });
  tell('revoke', JSON.stringify(await call('revoke_nextcloud_access')));
  tell('status', JSON.stringify(await call('check_provisioning_status')));
  tell('background', await refusal(() => inBackground(() => Promise.resolve())));
  tell('its last token at Nextcloud', await userOf(kept[0] ?? ''));
  await consent();
  await revokeAtProvider();
  tell('background', await refusal(() => inBackground(() => Promise.resolve())));
  tell('status', JSON.stringify(await call('check_provisioning_status')));
} finally {
  await client.close();
  gateway.kill('SIGTERM');
  await gone;
  rmSync(folder, { recursive: true });
}
