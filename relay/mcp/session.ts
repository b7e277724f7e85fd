import type { Principal } from '../access/principal.ts';
import type { Nextcloud } from '../nextcloud/nextcloud.ts';

/** Who is calling and what they may do: made for each request from what the access rooms found out. */
export interface Session {
  readonly nextcloud: Nextcloud;
  readonly scopes: ReadonlySet<string> | 'unrestricted';
  /** An administrator lets this caller change nothing. */
  readonly readOnly?: boolean;
  /** Stable, non-secret name of the caller, for caches. */
  readonly key: string;
  /** Undefined for the one user of a single-user server. */
  readonly principal?: Principal;
  /** Names the request in logs. */
  readonly correlationId?: string;
}
