import type { CallToolResult } from '@modelcontextprotocol/server';
import * as z from 'zod';
import { RelayError } from '../errors.ts';
import type { ToolAnswer } from '../tools/tool.ts';

/** `structuredContent`, and the same as JSON text for clients that only read text. */
export function successResult(answer: ToolAnswer): CallToolResult {
  return {
    content: [
      { type: 'text', text: JSON.stringify(answer.text ?? answer.data) },
      ...(answer.content ?? []),
    ],
    structuredContent: answer.data,
  };
}

/** What went wrong, what to do next, and whether trying again helps; as JSON text that a model reads. */
export function errorResult(error: RelayError): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(describeError(error)) }] };
}

function describeError(error: RelayError): Record<string, unknown> {
  return {
    message: error.message,
    ...(error.hint === undefined ? {} : { hint: error.hint }),
    code: error.code,
    retryable: error.retryable,
    ...(error.details === undefined ? {} : { details: error.details }),
  };
}

/** Anything thrown as a RelayError. A foreign error's text stays inside: it may hold a path, a URL, a secret. */
export function relayErrorOf(thrown: unknown): RelayError {
  if (thrown instanceof RelayError) return thrown;
  // A composed tool's own rules about its arguments, beyond what its schema can say.
  if (thrown instanceof z.ZodError)
    return new RelayError('invalid_argument', z.prettifyError(thrown));
  return new RelayError('internal', 'The gateway failed on this call.', {
    hint: 'The gateway’s log says more under the request id.',
    cause: thrown,
  });
}
