// node contract-tests/sign-in/live.ts --nextcloud https://cloud.example.org [--oauth2]
//
// Plays the sign-in against a real Nextcloud: two people on two clients, each sees only their own notes; what is revoked
// is gone at Nextcloud too, and the next call says so. Login passwords come from CONTRACT_TEST_ACCOUNTS
// (alice:secret,bob:secret), secrets of second steps from CONTRACT_TEST_TOTP (alice:BASE32). With --oauth2 the account
// `admin` registers the gateway at Nextcloud's oauth2 app for the time being, and people sign in by that. Leaves nothing
// behind. Screenshots: test-artefacts/sign-in-live/.
import { mkdirSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../browser/browser.ts';
import { accountsFrom } from '../live.ts';
import { startSignInGateway } from './gateway.ts';
import { mcpClient } from './mcp-client.ts';
import type { ClientKind, McpClient } from './mcp-client.ts';
import { openDevices, PATIENCE_MS } from './nextcloud-devices.ts';
import type { NextcloudDevices } from './nextcloud-devices.ts';
import type { NextcloudAccount } from './nextcloud-login.ts';
import { authenticatorApp } from './one-time-code.ts';
import { Person } from './person.ts';
import { registerGateway } from './registered-gateway.ts';
import type { RegisteredGateway } from './registered-gateway.ts';
import { plainForms } from './plain-forms.ts';
import { notesSeenBy, wantsPerson } from './stories.ts';

const FOLDER = 'test-artefacts/sign-in-live';
const OWN_DEVICE = /^(?:localhost:\d+ for Live test|Live test gateway)/;
const LOOKS = [
  { colorScheme: 'light', viewport: { width: 1200, height: 900 } },
  { colorScheme: 'dark', viewport: { width: 390, height: 800 } },
] as const;

interface Connected {
  readonly account: NextcloudAccount;
  readonly person: Person;
  readonly client: McpClient;
  readonly devices: NextcloudDevices;
  /** As Nextcloud lists it. */
  readonly device: string;
  readonly title: string;
}

const { values } = parseArgs({
  options: { nextcloud: { type: 'string' }, oauth2: { type: 'boolean', default: false } },
});
const { nextcloud: nextcloudUrl, oauth2 } = values;
const accounts = peopleFrom(process.env);
if (nextcloudUrl === undefined || accounts.length < 2) {
  throw new Error('--nextcloud and two accounts in CONTRACT_TEST_ACCOUNTS are needed');
}

const browser = await launchBrowser();
let registered: RegisteredGateway | undefined;
const gateway = await startSignInGateway(nextcloudUrl, async (publicUrl) => {
  if (!oauth2) return {};
  registered = await registerGateway(nextcloudUrl, process.env, publicUrl);
  return registered.settings;
});
mkdirSync(FOLDER, { recursive: true });
try {
  await story(browser, nextcloudUrl, gateway.url);
  say('all as it should be');
} finally {
  await browser.close();
  await gateway.close();
  await registered?.remove();
}

async function story(chromium: Browser, nextcloud: string, gatewayUrl: string): Promise<void> {
  const kinds: readonly ClientKind[] = ['2.x, 2026-07-28', '1.x, 2025-11-25'];
  const all: Connected[] = [];
  for (const [number, kind] of kinds.entries()) {
    const account = accounts[number];
    if (account !== undefined) {
      all.push(await connected(chromium, nextcloud, gatewayUrl, account, kind, number));
    }
  }
  const [first, second] = all;
  if (first === undefined || second === undefined) throw new Error('two people are needed');

  for (const { client, title, account } of all) {
    const others = all.map((one) => one.title).filter((one) => one !== title);
    const seen = await notesSeenBy(client);
    expect(seen).to.include(title).and.not.to.include.oneOf(others);
    say(`${account.loginName} on ${client.kind} sees their own note and nobody else’s`);
  }
  for (const { client, title } of all) await removeNote(client, title);

  await takenBackHere(first, gatewayUrl);
  expect(await notesSeenBy(second.client)).to.be.an('array');
  say(`${second.account.loginName} goes on`);
  await takenBackAtNextcloud(second);
  for (const { client, devices } of all) {
    await client.close();
    await devices.close();
  }
}

async function connected(
  chromium: Browser,
  nextcloud: string,
  gatewayUrl: string,
  account: NextcloudAccount,
  kind: ClientKind,
  number: number,
): Promise<Connected> {
  const devices = await openDevices(chromium, nextcloud, account);
  const context = await chromium.newContext(LOOKS[number] ?? LOOKS[0]);
  context.setDefaultTimeout(PATIENCE_MS);
  await plainForms(context, nextcloud);
  const person = await Person.in(context, account);
  const client = await mcpClient(kind, { gatewayUrl, name: `Live test ${kind.slice(0, 3)}` });
  const shot = (name: string): Promise<unknown> =>
    person.page.screenshot({ path: `${FOLDER}/${String(number)}-${name}.png`, fullPage: true });
  await person.open(await wantsPerson(client.connect()));
  const before = await devices.names();
  await shot('sign-in');
  await (oauth2 ? person.signInHere() : person.signIn());
  await shot('consent');
  await person.allow({ with: ['notes:write'] });
  await client.finish();
  const own = (await devices.names()).filter((name) => OWN_DEVICE.test(name));
  expect(own.length, 'devices in Nextcloud’s list').to.equal(
    before.filter((name) => OWN_DEVICE.test(name)).length + 1,
  );
  const device = own.at(-1) ?? '';
  say(`${account.loginName} signed in on ${kind}; Nextcloud lists “${device}”`);
  const title = `Live note of ${account.loginName} ${String(Date.now())}`;
  const made = await client.callTool('nc_notes_create_note', { title, content: '', category: '' });
  expect(made.isError, made.text).to.equal(false);
  return { account, person, client, devices, device, title };
}

async function takenBackHere(one: Connected, gatewayUrl: string): Promise<void> {
  const { person, client, devices, device, account } = one;
  await person.open(`${gatewayUrl}/user/page`);
  await person.page.screenshot({ path: `${FOLDER}/account.png`, fullPage: true });
  await person.takeBackEverything();
  expect(await person.text()).to.include('Everything is taken back');
  expect(await devices.names()).to.not.include(device);
  const url = await wantsPerson(notesSeenBy(client));
  say(`${account.loginName} took everything back: gone from Nextcloud’s list; the next call`);
  say(`  wants the person at ${url.origin}${url.pathname}`);
}

async function takenBackAtNextcloud(one: Connected): Promise<void> {
  const { client, devices, device, account } = one;
  await devices.remove(device);
  const outcome = await client.callTool('nc_notes_search_notes', { query: '' }).then(
    ({ isError, text }) => (isError ? text : 'it worked'),
    (error: unknown) => String(error),
  );
  expect(outcome).to.include('Nextcloud does not accept');
  say(`${account.loginName} removed the device in Nextcloud; the next call says: ${outcome}`);
}

async function removeNote(client: McpClient, title: string): Promise<void> {
  const found = await client.callTool('nc_notes_search_notes', { query: title });
  const { results = [] } = found.structured as { results?: { id: number; title: string }[] };
  const note = results.find((result) => result.title === title);
  const gone = await client.callTool('nc_notes_delete_note', { note_id: note?.id });
  expect(gone.isError, gone.text).to.equal(false);
}

function peopleFrom(env: NodeJS.ProcessEnv): NextcloudAccount[] {
  const secrets = accountsFrom({ CONTRACT_TEST_ACCOUNTS: env['CONTRACT_TEST_TOTP'] });
  const people = [...accountsFrom(env).values()].filter(({ username }) => username !== 'admin');
  return people.map(({ username, password }) => {
    const secret = secrets.get(username)?.password;
    return {
      loginName: username,
      password,
      ...(secret === undefined ? {} : { oneTimeCode: authenticatorApp(secret) }),
    };
  });
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
