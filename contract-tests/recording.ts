import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A body as stored: readable where it can be, base64 where it must, a digest where it is large. */
export type StoredBody =
  | { readonly json: unknown }
  | { readonly text: string }
  | { readonly base64: string }
  | { readonly sha256: string; readonly bytes: number };

export interface RecordedRequest {
  readonly method: string;
  /** Path below the server root, as sent, without the query. */
  readonly path: string;
  /** Decoded pairs in the order they were sent. */
  readonly query?: readonly (readonly [string, string])[];
  /** Lower-case names; only headers that change what the server does. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: StoredBody;
}

export interface RecordedResponse {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: StoredBody;
}

export interface Exchange {
  /** Tool (or `resource:<uri>`, `session`) whose call sent this request. */
  readonly caller: string;
  readonly request: RecordedRequest;
  readonly response: RecordedResponse;
}

/** One scenario played against a real server. */
export interface Recording {
  readonly scenario: string;
  /** Account that acted. */
  readonly user: string;
  readonly release: string;
  /** Version string of the server, e.g. `32.0.1`. */
  readonly server: string;
  /** Installed versions of the apps the scenario touches. */
  readonly apps: Readonly<Record<string, string>>;
  /** Kind of credential the gateway used towards Nextcloud. */
  readonly credential: 'app-password' | 'password' | 'bearer';
  /** SHA-256 of the documents the tools were generated from. */
  readonly documents: Readonly<Record<string, string>>;
  /** Day of the recording, `YYYY-MM-DD`. */
  readonly recorded: string;
  readonly exchanges: readonly Exchange[];
}

/** The moment at which every scenario plays, so that recorded and replayed requests are the same. */
export const CONTRACT_TIME = new Date('2026-11-23T09:00:00Z');

/** Stands for the server's root URL wherever it occurs in a recording. */
export const BASE_PLACEHOLDER = '{{nextcloud}}';

const ROOT = fileURLToPath(new URL('./recordings/', import.meta.url));

function recordingFile(release: string, scenario: string): string {
  const slug = scenario
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  return join(ROOT, release, `${slug}.json`);
}

export function readRecordings(release: string): Recording[] {
  const folder = join(ROOT, release);
  return readdirSync(folder)
    .filter((name) => name.endsWith('.json'))
    .sort()
    .map((name) => JSON.parse(readFileSync(join(folder, name), 'utf8')) as Recording);
}

export function recordedReleases(): string[] {
  return readdirSync(ROOT).sort();
}

export function writeRecording(recording: Recording): void {
  mkdirSync(join(ROOT, recording.release), { recursive: true });
  const head = { ...recording, exchanges: undefined };
  const exchanges = recording.exchanges.map((exchange) => JSON.stringify(exchange)).join(',\n');
  const text = `${JSON.stringify(head).slice(0, -1)},\n"exchanges":[\n${exchanges}\n]}\n`;
  writeFileSync(recordingFile(recording.release, recording.scenario), text);
}
