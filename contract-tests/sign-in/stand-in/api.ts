import { createHash } from 'node:crypto';
import type { Exchange } from './exchange.ts';
import { basicOf } from './oauth2-app.ts';
import type { DeviceToken, Note, People, PersonAccount } from './people.ts';

const VERSION = { major: 32, minor: 0, micro: 1, string: '32.0.1', edition: '' };
const NOTES = '/apps/notes/api/v1/notes';

/** Who a request comes from, by the credential it carries. */
type Caller =
  | { readonly kind: 'nobody' }
  | { readonly kind: 'refused' }
  | { readonly kind: 'person'; readonly account: PersonAccount; readonly token?: DeviceToken };

/**
 * The APIs a gateway asks: about the server, about the person, app passwords, and Notes. True when it answered.
 * `refused` is told of every credential that was not good.
 */
export function answerApi(
  exchange: Exchange,
  people: People,
  now: () => number,
  refused: () => void,
): boolean {
  const { method, path } = exchange;
  if (path === '/status.php') {
    const state = { installed: true, maintenance: false, needsDbUpgrade: false };
    const version = { version: '32.0.1.2', versionstring: '32.0.1', edition: '' };
    exchange.json(200, { ...state, ...version, productname: 'Nextcloud', extendedSupport: false });
    return true;
  }
  const isOcs = path.startsWith('/ocs/');
  if (!isOcs && !path.startsWith(NOTES)) return false;
  const caller = callerOf(exchange, people, now);
  if (path === '/ocs/v2.php/cloud/capabilities' && caller.kind !== 'refused') {
    const capabilities = {
      core: { pollinterval: 60, 'webdav-root': 'remote.php/webdav' },
      notes: { api_version: ['0.2', '1.3', '1.4'], version: '4.12.4', notes_path: 'Notes' },
    };
    ocs(exchange, { version: VERSION, capabilities });
    return true;
  }
  if (caller.kind !== 'person') {
    if (caller.kind === 'refused') refused();
    refuse(exchange, caller.kind, isOcs);
    return true;
  }
  const { account, token } = caller;
  if (path.startsWith(NOTES)) return answerNotes(exchange, people.notesOf(account.id), people, now);
  if (path === '/ocs/v2.php/cloud/user') ocs(exchange, profileOf(account));
  else if (path === `/ocs/v2.php/cloud/users/${account.id}`) ocs(exchange, profileOf(account));
  else if (path === '/ocs/v2.php/core/navigation/apps')
    ocs(exchange, [
      { id: 'notes', app: 'notes', name: 'Notes', type: 'link', href: '/apps/notes/' },
    ]);
  else if (path === '/ocs/v2.php/core/apppassword' && method === 'DELETE') {
    if (token !== undefined && people.remove(token)) ocs(exchange, []);
    else ocs(exchange, [], 403, 'no app password in use');
  } else ocs(exchange, [], 998, 'Invalid query, please check the syntax.');
  return true;
}

function callerOf(exchange: Exchange, people: People, now: () => number): Caller {
  const header = exchange.headers.authorization;
  if (header === undefined) return { kind: 'nobody' };
  const [name, password] = basicOf(header) ?? [undefined, header.replace(/^Bearer /i, '')];
  const token = people.tokens.find(
    (one) => one.secret === password && (name === undefined || name === one.loginName),
  );
  if (token !== undefined) {
    const over = token.expires !== undefined && token.expires <= now();
    if (over) return { kind: 'refused' };
    return { kind: 'person', account: people.byId(token.userId), token };
  }
  const account = name === undefined ? undefined : people.loggingIn(name, password);
  // the login password alone opens no API where there is a second step
  return account === undefined || account.oneTimeCode !== undefined
    ? { kind: 'refused' }
    : { kind: 'person', account };
}

function refuse(exchange: Exchange, kind: 'nobody' | 'refused', isOcs: boolean): void {
  const basic = { 'WWW-Authenticate': 'Basic realm="Authorisation Required"' };
  const loggedOut = 'Current user is not logged in';
  if (isOcs) {
    ocs(exchange, [], 997, kind === 'nobody' ? loggedOut : 'Unauthorised', basic);
  } else exchange.json(401, { message: kind === 'nobody' ? loggedOut : '' });
}

function profileOf({ id, displayName, email, groups }: PersonAccount): object {
  const names = { displayname: displayName, 'display-name': displayName };
  return { enabled: true, id, ...names, email, groups, backend: 'Database', language: 'en' };
}

function ocs(
  exchange: Exchange,
  data: unknown,
  statuscode = 200,
  message = 'OK',
  headers: Readonly<Record<string, string>> = {},
): void {
  const status = { 200: 200, 997: 401, 998: 404 }[statuscode] ?? statuscode;
  const meta = { status: statuscode === 200 ? 'ok' : 'failure', statuscode, message };
  exchange.json(status, { ocs: { meta, data } }, headers);
}

function answerNotes(
  exchange: Exchange,
  notes: Note[],
  people: People,
  now: () => number,
): boolean {
  const { method, path, body } = exchange;
  const versions = { 'X-Notes-API-Versions': '0.2, 1.3, 1.4' };
  if (path === NOTES && method === 'GET') {
    exchange.json(200, notes.map(noteView), versions);
    return true;
  }
  const sent = (method === 'POST' || method === 'PUT' ? JSON.parse(body) : {}) as Partial<Note>;
  if (path === NOTES && method === 'POST') {
    const { title = 'New note', content = '', category = '', favorite = false } = sent;
    const note = { id: people.nextId(), title, content, category, favorite, modified: now() };
    notes.push(note);
    exchange.json(200, noteView(note), versions);
    return true;
  }
  const note = notes.find(({ id }) => path === `${NOTES}/${String(id)}`);
  if (note === undefined) exchange.json(404, { errorType: 'NoteDoesNotExistException' });
  else if (method === 'DELETE') {
    notes.splice(notes.indexOf(note), 1);
    exchange.json(200, [], versions);
  } else {
    const { title = note.title, content = note.content, category = note.category } = sent;
    if (method === 'PUT') Object.assign(note, { title, content, category, modified: now() });
    exchange.json(200, noteView(note), { ...versions, ETag: `"${etagOf(note)}"` });
  }
  return true;
}

function noteView(note: Note): object {
  const folder = note.category === '' ? '' : `${note.category}/`;
  return {
    ...note,
    etag: etagOf(note),
    readonly: false,
    internalPath: `/Notes/${folder}${note.title}.md`,
    shareTypes: [],
    isShared: false,
    error: false,
    errorType: '',
  };
}

function etagOf(note: Note): string {
  return createHash('md5').update(JSON.stringify(note)).digest('hex');
}
