import express from 'express';
import type { ErrorRequestHandler, Request, RequestHandler } from 'express';
import { collectYoungGarbage, LARGE } from '../../garbage.ts';
import { refuse } from '../refusals.ts';

/** Reads the JSON body up to `maxBytes`. Other media types are left for the MCP handler to refuse. */
export function jsonBody(maxBytes: number): RequestHandler {
  const json: RequestHandler = express.json({ limit: maxBytes, strict: false });
  const bytes: RequestHandler = express.raw({ limit: maxBytes, type: 'application/json' });
  return (request, response, next) => {
    if (!isLarge(request)) {
      json(request, response, next);
      return;
    }
    collectYoungGarbage();
    bytes(request, response, (error?: unknown) => {
      next(error ?? parseInPlace(request));
    });
  };
}

/** Of a known length, and in UTF-8 as JSON is: whatever else there is goes the usual way. */
function isLarge(request: Request): boolean {
  return (
    Number(request.get('content-length')) >= LARGE &&
    !/charset/i.test(request.get('content-type') ?? '')
  );
}

/** As one text from the whole: `express.json` decodes piece by piece and so holds a large body twice. */
function parseInPlace(request: Request): BodyError | undefined {
  const bytes: unknown = request.body;
  if (!Buffer.isBuffer(bytes)) return undefined;
  try {
    request.body = JSON.parse(bytes.toString()) as unknown;
    return undefined;
  } catch {
    return { type: 'entity.parse.failed', status: 400 };
  }
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
