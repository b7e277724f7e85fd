import { RelayError } from '../errors.ts';
import type { ErrorCode, RelayErrorOptions } from '../errors.ts';
import { looksLikeHtml } from './codecs/json.ts';
import type { RawResponse } from './http.ts';
import { statusOfOcs } from './ocs.ts';
import { parseRetryAfter } from './retry-after.ts';
import { isSafe } from './safe-methods.ts';
import { readRefusal } from './server-message.ts';
import type { Refusal } from './server-message.ts';
import type { TransportFailure } from './transport-failure.ts';

interface Reading {
  readonly code: ErrorCode;
  /** What happened, without a full stop; the server's words follow. */
  readonly what: string;
  readonly hint?: string;
  readonly retryable?: boolean;
}

/** Every refusal of the server becomes an error here and nowhere else. */
export function errorFromAnswer(method: string, answer: RawResponse): RelayError {
  const refusal = readRefusal(answer.bytes);
  const status =
    answer.status < 300 && refusal.ocs !== undefined
      ? statusOfOcs(refusal.ocs.statuscode)
      : answer.status;
  const reading = special(status, answer, refusal) ?? byStatus(status, method, refusal);
  const details = detailsOf(status, answer, refusal);
  return new RelayError(reading.code, sentence(reading.what, refusal.message), {
    status,
    retryable: reading.retryable ?? false,
    ...(reading.hint === undefined ? {} : { hint: reading.hint }),
    ...(Object.keys(details).length === 0 ? {} : { details }),
  });
}

/** Every failure to get an answer becomes an error here. */
export function errorFromTransport(method: string, failure: TransportFailure): RelayError {
  if (failure.kind === 'too_large') return answerTooLarge(method);
  const details = failure.code === '' ? {} : { details: { transport: failure.code } };
  const unknown = failure.sent && !isSafe(method);
  if (unknown && failure.kind !== 'cancelled') return writeStateUnknown(details);
  const { what, ...reading } = transportReading(failure, unknown);
  return new RelayError(reading.code, `${what}.`, { ...reading, ...details });
}

/** Cases the status alone does not tell. */
function special(status: number, answer: RawResponse, refusal: Refusal): Reading | undefined {
  const { message } = refusal;
  if (status === 503 && answer.headers['x-nextcloud-maintenance-mode'] === '1') return MAINTENANCE;
  if (status === 503 && /maintenance mode/i.test(message)) return MAINTENANCE;
  // SQLite lets one writer at a time in, and others wait only so long
  if (status === 500 && /database is locked/i.test(message)) return DATABASE_BUSY;
  if (status === 404 && refusal.ocs?.statuscode === 998 && message.startsWith('Invalid query'))
    return APP_MISSING;
  if (status === 404 && looksLikeHtml(answer.bytes.subarray(0, 200).toString('latin1')))
    return APP_MISSING;
  if (status === 412 && /app .*not enabled/i.test(message)) return APP_MISSING;
  if (status === 412 && message === 'CSRF check failed') {
    return {
      code: 'upstream_error',
      what: 'Nextcloud took the request for a forged one',
      hint: 'A proxy may be removing the OCS-APIRequest header.',
    };
  }
  if (status === 403 && /password confirmation/i.test(message)) {
    return {
      code: 'forbidden',
      what: 'Nextcloud wants the account password to be confirmed for this',
      hint: 'Do this in the web interface.',
    };
  }
  if (status === 409 && /already exist/i.test(message))
    return { code: 'already_exists', what: 'Something of that name exists already' };
  return undefined;
}

const MAINTENANCE: Reading = {
  code: 'maintenance',
  what: 'Nextcloud is in maintenance mode',
  hint: 'Try again later.',
  retryable: true,
};

const DATABASE_BUSY: Reading = {
  code: 'unavailable',
  what: 'The database of Nextcloud was busy',
  hint: 'Try again in a moment; after a write look first whether it was made.',
  retryable: true,
};

const APP_MISSING: Reading = {
  code: 'app_missing',
  what: 'This Nextcloud has no such interface: the app is not installed, not enabled for this user, or of another version',
};

const BY_STATUS: Readonly<Record<number, Reading>> = {
  401: {
    code: 'unauthorized',
    what: 'Nextcloud did not accept the credential',
    hint: 'The app password may be wrong or revoked, or the sign-in expired: sign in again.',
  },
  403: {
    code: 'forbidden',
    what: 'Nextcloud does not allow this to the user',
    hint: 'The thing may also not exist: check the id and who may use it.',
  },
  404: {
    code: 'not_found',
    what: 'Not found',
    hint: 'Check the id or path; list or search first.',
  },
  405: { code: 'unsupported', what: 'Nextcloud does not offer this here' },
  406: { code: 'unsupported', what: 'Nextcloud has this in no fitting format' },
  409: {
    code: 'conflict',
    what: 'This contradicts what is there',
    hint: 'Read the current state, then decide.',
  },
  410: { code: 'not_found', what: 'It is gone' },
  412: {
    code: 'conflict',
    what: 'It was changed meanwhile',
    hint: 'Read the current state, apply the change to it, and try again with its ETag.',
  },
  413: { code: 'too_large', what: 'Too large for this Nextcloud' },
  415: { code: 'unsupported', what: 'Nextcloud does not take this format' },
  423: {
    code: 'locked',
    what: 'Locked by someone or something else',
    hint: 'Try again in a while.',
    retryable: true,
  },
  429: {
    code: 'rate_limited',
    what: 'Too many requests',
    hint: 'Wait before trying again.',
    retryable: true,
  },
  501: { code: 'unsupported', what: 'Nextcloud does not offer this' },
  503: {
    code: 'unavailable',
    what: 'Nextcloud is not available right now',
    hint: 'Try again later.',
    retryable: true,
  },
  507: {
    code: 'quota_exceeded',
    what: 'The storage is full',
    hint: 'Free space or raise the quota.',
  },
};

function byStatus(status: number, method: string, refusal: Refusal): Reading {
  if (refusal.davException === 'InsufficientStorage') return BY_STATUS[507] as Reading;
  const known = BY_STATUS[status];
  if (known !== undefined) return known;
  if (status === 502 || status === 504) return gatewayReading(method);
  if (status === 400 || status === 422)
    return { code: 'invalid_argument', what: 'Nextcloud does not accept these values' };
  if (status >= 500)
    return {
      code: 'upstream_error',
      what: `Nextcloud failed (${status})`,
      hint: 'Its log tells more; ask the administrator.',
    };
  if (status >= 400) return { code: 'refused', what: `Nextcloud refused (${status})` };
  return {
    code: 'upstream_error',
    what: `Nextcloud sent us elsewhere (${status})`,
    hint: 'Check that the configured address is the one Nextcloud itself uses, with https where it asks for it.',
  };
}

/** A proxy lost its server: what a write has done by then is unknown. */
function gatewayReading(method: string): Reading {
  if (isSafe(method))
    return {
      code: 'unavailable',
      what: 'The proxy before Nextcloud got no answer',
      hint: 'Try again later.',
      retryable: true,
    };
  return { code: 'write_state_unknown', what: UNKNOWN_WHAT, hint: UNKNOWN_HINT };
}

const UNKNOWN_WHAT =
  'The connection broke before Nextcloud answered; the change may or may not have been made';
const UNKNOWN_HINT = 'Read the current state before trying again.';

function writeStateUnknown(options: RelayErrorOptions): RelayError {
  return new RelayError('write_state_unknown', `${UNKNOWN_WHAT}.`, {
    ...options,
    hint: UNKNOWN_HINT,
  });
}

function answerTooLarge(method: string): RelayError {
  const done = isSafe(method) ? '' : ' The request itself was carried out.';
  return new RelayError('too_large', `The answer is larger than this gateway accepts.${done}`, {
    hint: 'Ask for less: a page, a filter, a range.',
  });
}

function transportReading(failure: TransportFailure, unknown: boolean): Reading {
  if (failure.kind === 'cancelled') {
    const what = unknown ? 'Cancelled; the change may or may not have been made' : 'Cancelled';
    return { code: 'cancelled', what, ...(unknown ? { hint: UNKNOWN_HINT } : {}) };
  }
  if (failure.kind === 'timeout') {
    return {
      code: 'timeout',
      what: 'Nextcloud did not answer in time',
      hint: 'Try again later, or ask for less.',
      retryable: true,
    };
  }
  if (isTlsCode(failure.code)) {
    return {
      code: 'tls_failure',
      what: `No trusted TLS connection to Nextcloud (${failure.code})`,
      hint: 'Check its certificate, and the CA bundle this gateway is configured with.',
    };
  }
  if (failure.code === 'ENOTFOUND')
    return {
      code: 'unreachable',
      what: "Nextcloud's host name is unknown",
      hint: 'Check the configured address.',
    };
  return {
    code: 'unreachable',
    what: 'Nextcloud cannot be reached',
    hint: 'Check the configured address and whether the server runs.',
    retryable: true,
  };
}

function isTlsCode(code: string): boolean {
  return /^(CERT_|ERR_TLS|ERR_SSL|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO_|CRL_|HOSTNAME_MISMATCH|INVALID_CA|EPROTO)/.test(
    code,
  );
}

function detailsOf(status: number, answer: RawResponse, refusal: Refusal): Record<string, unknown> {
  const seconds = parseRetryAfter(answer.headers['retry-after']);
  const code = refusal.ocs?.statuscode;
  return {
    ...(seconds === undefined ? {} : { retry_after_seconds: seconds }),
    // Notes answers a failed If-Match with the note as it is now
    ...(status === 412 && isCurrentObject(refusal) ? { current: refusal.body } : {}),
    ...(code !== undefined && code !== status ? { ocs_code: code } : {}),
    ...(refusal.davException === undefined ? {} : { dav_exception: refusal.davException }),
  };
}

function isCurrentObject(refusal: Refusal): boolean {
  return refusal.body !== undefined && refusal.ocs === undefined && refusal.message === '';
}

function sentence(what: string, message: string): string {
  return message === '' ? `${what}.` : `${what}: ${message}`;
}
