import type { OperationKey, ArgumentsOf, ResultOf, Release } from '../../openapi/index.ts';

/** An unwrapped, successful answer. */
export interface Reply<T> {
  readonly status: number;
  /** Lower-case header names. */
  readonly headers: Readonly<Record<string, string>>;
  readonly data: T;
}

/** A binary answer. */
export interface BinaryData {
  readonly bytes: Uint8Array;
  readonly mediaType: string;
}

export interface ExecuteOptions {
  readonly signal?: AbortSignal;
  /** Extra request headers, e.g. `If-Match`. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Milliseconds for this request; default from the configuration. */
  readonly timeoutMs?: number;
}

export interface ServerVersion {
  readonly major: number;
  readonly minor: number;
  readonly micro: number;
  readonly string: string;
}

export interface Capabilities {
  readonly version: ServerVersion;
  readonly capabilities: Readonly<Record<string, unknown>>;
}

/** One Nextcloud as one user: what tools, resources and doctor work with. */
export interface Nextcloud {
  /** Root URL without a trailing slash. */
  readonly baseUrl: string;
  /** URL people open in a browser; differs from `baseUrl` in split networks. */
  readonly publicUrl: string;
  /** Documents in use for this server. */
  readonly release: Release;
  /**
   * One typed request. Throws RelayError for every refusal (HTTP status, OCS meta, DAV exception, transport).
   * Arguments go by parameter name of the operation.
   */
  execute<K extends OperationKey>(
    key: K,
    args: ArgumentsOf<K>,
    options?: ExecuteOptions,
  ): Promise<Reply<ResultOf<K>>>;
  /** Same for callers that only know the key at run time. */
  executeByKey(
    key: string,
    args: Readonly<Record<string, unknown>>,
    options?: ExecuteOptions,
  ): Promise<Reply<unknown>>;
  /** The user's id (not the login name), asked once from the server. */
  userId(): Promise<string>;
  /** Capabilities for this user, cached for a short while. */
  capabilities(): Promise<Capabilities>;
  /** Ids of the apps whose tools can work for this user (keys of `ReleaseTable.apps`), without admin rights. */
  presentApps(): Promise<ReadonlySet<string>>;
}
