import express from 'express';
import type { ErrorRequestHandler, RequestHandler } from 'express';
import { refuse } from '../refusals.ts';

/** Reads the JSON body up to `maxBytes`. Other media types are left for the MCP handler to refuse. */
export function jsonBody(maxBytes: number): RequestHandler {
  return express.json({ limit: maxBytes, strict: false });
}

interface BodyError {
  readonly type?: string;
  readonly status?: number;
}

/** What the parser says about a body, as JSON-RPC instead of an HTML page with a stack. */
export function jsonBodyErrors(maxBytes: number): ErrorRequestHandler {
  return (error: BodyError, _request, response, next) => {
    if (response.headersSent) next(error);
    else if (error.type === 'entity.too.large') {
      // The rest of the body is not read; the connection cannot be used again.
      response.set('Connection', 'close');
      refuse(response, 413, `The request body is larger than ${String(maxBytes)} bytes.`, -32600);
    } else if (error.type === 'entity.parse.failed') {
      refuse(response, 400, 'The request body is not valid JSON.', -32700);
    } else if (error.status !== undefined && error.status >= 400 && error.status < 500) {
      refuse(response, error.status, 'The request body could not be read.', -32700);
    } else next(error);
  };
}
