import { readFileSync } from 'node:fs';

/** What Nextcloud can be called with, in the order of the README. */
export const CREDENTIALS = [
  'app-password-basic',
  'app-password-bearer',
  'keycloak-exchanged',
  'oidc-app-jwt',
  'oidc-app-opaque',
  'oauth2-app',
] as const;

/** One request to Nextcloud with one credential. */
export interface CredentialExchange {
  /** One of CREDENTIALS, or a token that was made for somebody else. */
  readonly credential: string;
  /** Whether `OCS-APIRequest: true` was sent. */
  readonly ocsApiRequest: boolean;
  readonly family: string;
  readonly purpose: 'read' | 'write' | 'list' | 'delete';
  readonly method: string;
  /** With query; ids and names that the run made up are `{id}` and `{name}`. */
  readonly path: string;
  readonly status: number;
  /** The answer was a success and held what it had to. */
  readonly works: boolean;
  /** The body of a refusal; of DAV its exception and message. */
  readonly error?: unknown;
  readonly wwwAuthenticate?: string;
}

/** All of one Nextcloud server. */
export interface CredentialRecording {
  readonly server: string;
  /** Day, `YYYY-MM-DD`. */
  readonly recorded: string;
  /** Version of the Keycloak behind `user_oidc`. */
  readonly keycloak: string;
  readonly apps: Readonly<Record<string, string>>;
  readonly exchanges: readonly CredentialExchange[];
}

export interface RecordedClient {
  readonly id: string;
  readonly authentication:
    'none' | 'client_secret_basic' | 'client_secret_post' | 'private_key_jwt';
}

interface RecordedToken {
  readonly header: Readonly<Record<string, unknown>>;
  readonly payload: Readonly<Record<string, unknown>>;
}

/**
 * One request to an identity provider. `{{provider}}`, `{{nextcloud}}`, `{{gateway}}` and `{{client}}` stand for origins,
 * every other `{{name}}` for a secret or a fact about a person that is not kept.
 */
export interface ProviderExchange {
  readonly name: string;
  readonly request: {
    readonly method: 'GET' | 'POST' | 'DELETE';
    readonly path: string;
    readonly client?: RecordedClient;
    /** Without what the client proves itself with. */
    readonly form?: Readonly<Record<string, string>>;
    readonly json?: Readonly<Record<string, unknown>>;
  };
  readonly response: {
    readonly status: number;
    readonly headers?: Readonly<Record<string, string>>;
    readonly body?: Readonly<Record<string, unknown>>;
  };
  /** Header and claims of each JWT in it, by the member that carried it. */
  readonly tokens?: Readonly<Record<string, RecordedToken>>;
}

/** All of one identity provider. */
export interface ProviderRecording {
  readonly provider: string;
  readonly version: string;
  /** The server it is an app of. */
  readonly nextcloud?: string;
  /** Day, `YYYY-MM-DD`. */
  readonly recorded: string;
  readonly exchanges: readonly ProviderExchange[];
}

export const RECORDING_FILES = ['32.json', '34.json', 'keycloak.json', 'oidc-app.json'] as const;

export function recordingText(file: (typeof RECORDING_FILES)[number]): string {
  return readFileSync(new URL(`./${file}`, import.meta.url), 'utf8');
}

export function credentialRecordings(): CredentialRecording[] {
  return (['32.json', '34.json'] as const).map(
    (file) => JSON.parse(recordingText(file)) as CredentialRecording,
  );
}

export function providerRecordings(
  file: 'keycloak.json' | 'oidc-app.json',
): readonly ProviderRecording[] {
  return JSON.parse(recordingText(file)) as readonly ProviderRecording[];
}
