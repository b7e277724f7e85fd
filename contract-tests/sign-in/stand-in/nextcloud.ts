import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { answerApi } from './api.ts';
import { readExchange } from './exchange.ts';
import type { Browsers } from './exchange.ts';
import { answerLogin } from './login.ts';
import { loginFlowV2 } from './login-flow-v2.ts';
import { oauth2App } from './oauth2-app.ts';
import type { RegisteredClient } from './oauth2-app.ts';
import { People } from './people.ts';
import type { Note, PersonAccount } from './people.ts';

export interface StandInNextcloud {
  readonly url: string;
  readonly people: People;
  /** Method and path of every request so far. */
  readonly asked: string[];
  /** How many requests came with a credential that was not good. */
  refusals(): number;
  /** Names in the list of devices, as the person sees them in their settings. */
  devicesOf(userId: string): string[];
  /** The person removes every device in their settings. */
  removeDevicesOf(userId: string): void;
  addNote(userId: string, title: string, content?: string): Note;
  /** An administrator registers a client of the `oauth2` app. */
  registerClient(name: string, redirectUri: string): RegisteredClient;
  /** Closes its port, as for an update, until `goOn`. */
  pause(): Promise<void>;
  goOn(): Promise<void>;
  /** Answers of Notes wait until `go`; `asked` settles when one does. */
  hold(): { readonly asked: Promise<void>; readonly go: () => void };
  /** Moves its clock. */
  advance(seconds: number): void;
  close(): Promise<void>;
}

const ALICE: PersonAccount = {
  id: 'alice',
  displayName: 'Alice Example',
  password: 'alice-password',
  email: 'alice@example.org',
  groups: ['team'],
  oneTimeCode: undefined,
};
const BOB: PersonAccount = {
  ...ALICE,
  id: 'bob',
  displayName: 'Bob Example',
  password: 'bob-password',
  email: 'bob@example.org',
};
/** Has a second step. */
const CAROL: PersonAccount = {
  ...ALICE,
  id: 'carol',
  displayName: 'Carol Example',
  password: 'carol-password',
  email: 'carol@example.org',
  groups: [],
  oneTimeCode: '246810',
};

export const STAND_IN_PEOPLE: readonly PersonAccount[] = [ALICE, BOB, CAROL];

/**
 * A small server that a person can log in to with a browser and a gateway can work in: Nextcloud 32's login, Login Flow
 * v2, the `oauth2` app, app passwords and Notes, with several users who each have their own. Its answers have the shapes
 * of the real server's; `live.ts` runs the same stories against one.
 */
export async function startStandInNextcloud(
  accounts: readonly PersonAccount[] = STAND_IN_PEOPLE,
): Promise<StandInNextcloud> {
  let ahead = 0;
  const now = (): number => Math.floor(Date.now() / 1000) + ahead;
  const people = new People(accounts);
  const browsers: Browsers = new Map();
  const asked: string[] = [];
  let refusals = 0;
  let held = (): Promise<void> => Promise.resolve();
  const flows = loginFlowV2(people, now);
  const oauth2 = oauth2App(people, now);
  const server = createServer((request, response) => {
    void (async () => {
      const exchange = await readExchange(request, response, browsers);
      asked.push(`${exchange.method} ${exchange.path}`);
      if (exchange.path.startsWith('/apps/notes/')) await held();
      const answered =
        flows(exchange) ||
        oauth2.answer(exchange) ||
        answerLogin(exchange, people) ||
        answerApi(exchange, people, now, () => (refusals += 1));
      if (!answered) exchange.html(404, 'Page not found');
    })().catch(() => response.destroy());
  });
  const open = (port: number): Promise<void> =>
    new Promise((ready) => server.listen(port, '127.0.0.1', ready));
  const shut = async (): Promise<void> => {
    if (!server.listening) return;
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  await open(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${String(port)}`,
    people,
    asked,
    refusals: () => refusals,
    devicesOf: (userId) =>
      people.tokens.filter((one) => one.userId === userId).map(({ name }) => name),
    removeDevicesOf(userId) {
      for (const token of people.tokens.filter((one) => one.userId === userId))
        people.remove(token);
    },
    addNote(userId, title, content = '') {
      const more = { category: '', favorite: false, modified: now() };
      const note = { id: people.nextId(), title, content, ...more };
      people.notesOf(userId).push(note);
      return note;
    },
    registerClient: (name, redirectUri) => oauth2.register(name, redirectUri),
    hold() {
      const asking = Promise.withResolvers<undefined>();
      const going = Promise.withResolvers<undefined>();
      held = () => {
        asking.resolve(undefined);
        return going.promise;
      };
      return { asked: asking.promise, go: () => going.resolve(undefined) };
    },
    pause: shut,
    goOn: () => open(port),
    advance: (seconds) => void (ahead += seconds),
    close: shut,
  };
}
