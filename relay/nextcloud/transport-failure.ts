/** What went wrong between us and the server, before there was a whole answer. */
export type FailureKind = 'network' | 'timeout' | 'cancelled' | 'too_large';

/**
 * Raised by the HTTP client only; the error factory turns it into a RelayError. It deliberately keeps no reference to
 * the library's error, whose configuration holds the Authorization header.
 */
export class TransportFailure extends Error {
  override readonly name = 'TransportFailure';
  readonly kind: FailureKind;
  /** Code of the system or TLS library: `ECONNREFUSED`, `CERT_HAS_EXPIRED`; empty when there is none. */
  readonly code: string;
  /** The server may have seen the request: a connection stood when it failed. */
  readonly sent: boolean;

  constructor(kind: FailureKind, code: string, sent: boolean) {
    super(code === '' ? kind : `${kind} (${code})`);
    this.kind = kind;
    this.code = code;
    this.sent = sent;
  }
}
