import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { bodyBytes } from '../matching/bodies.ts';
import { requestKey } from '../matching/requests.ts';
import { closeServer, readAll, recordedRequest, replaceBytes } from '../record/recording-proxy.ts';
import { redactRequest } from '../record/redact.ts';
import { BASE_PLACEHOLDER } from '../recording.ts';
import type { Exchange, RecordedRequest, Recording } from '../recording.ts';

export interface RecordedNextcloud {
  readonly url: string;
  /** Requests that no recording answers. */
  readonly unexpected: RecordedRequest[];
  /** Exchanges that nobody asked for so far. */
  unused(): Exchange[];
  close(): Promise<void>;
}

export interface ReplayOptions {
  /**
   * `strict`: each exchange answers once, in the order recorded among equal requests. `lenient` (demo): the last
   * exchange of equal requests answers again and again.
   */
  readonly mode: 'strict' | 'lenient';
}

/** Facts every session asks for when it happens to need them; they may be asked again or not at all. */
const SESSION_PATHS =
  /^\/(?:ocs\/v2\.php\/cloud\/(?:capabilities|user)|ocs\/v2\.php\/core\/navigation\/apps|status\.php)$/;

interface Slot {
  readonly exchange: Exchange;
  used: boolean;
}

/** A Nextcloud that answers only what it was recorded answering. */
export async function startRecordedNextcloud(
  recordings: readonly Recording[],
  options: ReplayOptions,
): Promise<RecordedNextcloud> {
  const slots = await index(recordings.flatMap((recording) => recording.exchanges));
  const unexpected: RecordedRequest[] = [];
  const server = createServer((incoming, outgoing) => {
    void answer(server, slots, options, unexpected, incoming, outgoing);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: ownUrl(server),
    unexpected,
    unused: () =>
      [...slots.values()]
        .flat()
        .filter((slot) => !slot.used && !isSession(slot.exchange.request))
        .map((slot) => slot.exchange),
    close: () => closeServer(server),
  };
}

function ownUrl(server: Server): string {
  return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
}

function isSession(request: RecordedRequest): boolean {
  return request.method === 'GET' && SESSION_PATHS.test(request.path);
}

async function index(exchanges: readonly Exchange[]): Promise<Map<string, Slot[]>> {
  const slots = new Map<string, Slot[]>();
  for (const exchange of exchanges) {
    const key = await requestKey(exchange.request);
    slots.set(key, [...(slots.get(key) ?? []), { exchange, used: false }]);
  }
  return slots;
}

async function answer(
  server: Server,
  slots: Map<string, Slot[]>,
  options: ReplayOptions,
  unexpected: RecordedRequest[],
  incoming: IncomingMessage,
  outgoing: ServerResponse,
): Promise<void> {
  const own = ownUrl(server);
  const request = redactRequest(recordedRequest(own, incoming, await readAll(incoming)));
  const found = take(slots.get(await requestKey(request)), options, isSession(request));
  if (found === undefined) {
    unexpected.push(request);
    outgoing.writeHead(501, { 'content-type': 'application/json' });
    outgoing.end(
      JSON.stringify({
        message: 'Only recorded requests can be answered, and this one was never recorded',
      }),
    );
    return;
  }
  const { response } = found;
  const headers = Object.fromEntries(
    Object.entries(response.headers).map(([name, value]) => [
      name,
      value.replaceAll(BASE_PLACEHOLDER, own),
    ]),
  );
  outgoing.writeHead(response.status, headers);
  outgoing.end(
    [204, 304].includes(response.status)
      ? undefined
      : replaceBytes(bodyBytes(response.body), BASE_PLACEHOLDER, own),
  );
}

function take(
  slots: Slot[] | undefined,
  options: ReplayOptions,
  session: boolean,
): Exchange | undefined {
  const last = slots?.at(-1);
  const slot =
    options.mode === 'lenient'
      ? last
      : (slots?.find(({ used }) => !used) ?? (session ? last : undefined));
  if (slot !== undefined) slot.used = true;
  return slot?.exchange;
}
