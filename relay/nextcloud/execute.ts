import type { Operation } from '../../openapi/index.ts';
import { buildRequest } from './build-request.ts';
import { decode, documentedResponse } from './decode.ts';
import type { Drift } from './drift.ts';
import type { EmptyMaps } from './empty-maps.ts';
import type { Exchange } from './exchange.ts';
import type { ExecuteOptions, Reply } from './nextcloud.ts';

/** What executing needs beside the operation: whom to talk to as whom, and how to read what comes back. */
export interface ExecuteContext {
  readonly exchange: Exchange;
  /** Path of the server's root URL, empty or `/nextcloud`. */
  readonly basePath: string;
  readonly emptyMaps: EmptyMaps;
  readonly drift: Drift;
}

/**
 * One operation, one request, one answer.
 *
 * @throws RelayError for unusable arguments (nothing is sent then), refusals, and transport failures
 */
export async function execute(
  operation: Operation,
  args: Readonly<Record<string, unknown>>,
  context: ExecuteContext,
  options: ExecuteOptions = {},
): Promise<Reply<unknown>> {
  const built = buildRequest(operation, args, context.basePath);
  const answer = await context.exchange.send({
    ...built,
    headers: { ...built.headers, ...options.headers },
    ...(options.signal === undefined ? {} : { signal: options.signal }),
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  const data = await decode(operation, answer, context);
  if (data !== null) {
    context.drift.check(operation.key, documentedResponse(operation, answer.status)?.schema, data);
  }
  return { status: answer.status, headers: answer.headers, data };
}
