/** Stable machine-readable causes; a client may rely on them. */
export type ErrorCode =
  | 'invalid_argument'
  | 'unknown_tool'
  | 'not_found'
  | 'conflict'
  | 'already_exists'
  | 'unauthorized'
  | 'forbidden'
  | 'insufficient_scope'
  | 'sign_in_required'
  | 'app_missing'
  | 'locked'
  | 'too_large'
  | 'quota_exceeded'
  | 'rate_limited'
  | 'unavailable'
  | 'maintenance'
  | 'unreachable'
  | 'tls_failure'
  | 'timeout'
  | 'cancelled'
  | 'write_state_unknown'
  | 'unsupported'
  | 'refused'
  | 'upstream_error'
  | 'configuration'
  | 'internal';

export interface RelayErrorOptions {
  /** What to do next, one sentence for the model or the person. */
  readonly hint?: string;
  /** The same call may succeed later without any change. */
  readonly retryable?: boolean;
  /** HTTP status of the upstream answer, when there was one. */
  readonly status?: number;
  /** Facts about the failure that are safe to show (`{current: note}` on a conflict). */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/**
 * The one error that leaves a tool. `message` and `hint` hold only text written here plus the server's own short
 * message: never a stack, an internal URL or a token.
 */
export class RelayError extends Error {
  override readonly name = 'RelayError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly retryable: boolean;
  readonly status: number | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: RelayErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.retryable = options.retryable ?? false;
    this.status = options.status;
    this.details = options.details;
  }
}
