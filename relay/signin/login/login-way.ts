import type { LoginOutcome } from './logged-in.ts';
import type { LoginRequest } from './login-requests.ts';

/** A login in a window beside our page, which we ask Nextcloud about (Login Flow v2). */
export interface WindowWay {
  readonly kind: 'window';
  /** For the audit log. */
  readonly name: string;
  /** Starts a login at Nextcloud. Gives its id. @throws when Nextcloud cannot be reached */
  start(request: LoginRequest): Promise<string>;
  /** How it stands; undefined when it is over. */
  progress(id: string): Promise<WindowProgress | undefined>;
  /** Turns what was granted into a person with a stored credential. Doing it twice changes nothing. */
  settle(id: string): Promise<LoginOutcome | undefined>;
  /** Gives how many abandoned logins it cleared away. */
  sweep(limit?: number): Promise<number>;
}

export interface WindowProgress {
  readonly loginUrl: string;
  readonly code: string;
  readonly granted: boolean;
}

/** What one login of this kind has to itself. Secret until the answer is here. */
export interface RedirectSecrets {
  /** RFC 7636. */
  readonly verifier: string;
  /** OpenID Connect Core §3.1.2.1. */
  readonly nonce: string;
}

/** A login in the same tab that comes back with a code (OAuth 2.0 authorization code). */
export interface RedirectWay {
  readonly kind: 'redirect';
  /** For the audit log. */
  readonly name: string;
  /** Who asks for the password, when it is not Nextcloud. */
  readonly provider?: string | undefined;
  /** Where the browser goes, without parameters. */
  target(): Promise<string>;
  /** The address to send the browser to. */
  address(state: string, secrets: RedirectSecrets): Promise<string>;
  /** What came back, checked in full. @throws RelayError when the server cannot be reached */
  settle(query: URLSearchParams, secrets: RedirectSecrets): Promise<LoginOutcome>;
}

export type LoginWay = WindowWay | RedirectWay;
