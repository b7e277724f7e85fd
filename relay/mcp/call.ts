import type { CallToolResult, InputRequiredResult } from '@modelcontextprotocol/server';
import { RelayError } from '../errors.ts';
import type { ErrorCode } from '../errors.ts';
import type { ToolAnswer, ToolContext } from '../tools/tool.ts';
import { checkArguments } from './arguments.ts';
import type { View } from './catalogue.ts';
import { toolFor } from './tool-for.ts';
import { metaTool } from './meta-tools.ts';
import { errorResult, relayErrorOf, successResult } from './results.ts';

export interface CallRequest {
  readonly name: string;
  readonly arguments: unknown;
}

/** Told of each call that failed for a reason of ours, with the real cause. */
export type Report = (tool: string, error: RelayError) => void;

/** Told how each call ended. */
export type Ended = (tool: string, outcome: 'ok' | 'refused' | 'failed') => void;

/** Asks the person to sign in, in the way their client understands; undefined where there is nothing to open. */
export type AskForSignIn = (
  tool: string,
  error: RelayError,
) => Promise<CallToolResult | InputRequiredResult | undefined>;

export interface CallDesk {
  readonly report: Report;
  readonly ended?: Ended | undefined;
  readonly askForSignIn?: AskForSignIn | undefined;
}

const REFUSALS: readonly ErrorCode[] = [
  'unknown_tool',
  'invalid_argument',
  'forbidden',
  'insufficient_scope',
  'sign_in_required',
  'app_missing',
];

/**
 * Runs one tool: is it there for this caller, are the arguments right, then the tool itself. Every failure comes back
 * as a result that a model can read.
 */
export async function callTool(
  request: CallRequest,
  view: View,
  context: ToolContext,
  desk: CallDesk,
): Promise<CallToolResult | InputRequiredResult> {
  const reached = { name: request.name };
  try {
    const result = successResult(await answer(request, view, context, reached));
    desk.ended?.(reached.name, 'ok');
    return result;
  } catch (thrown) {
    const error = context.signal.aborted ? cancelled() : relayErrorOf(thrown);
    const result = failedCall(reached.name, error, desk);
    if (desk.askForSignIn === undefined || error.code !== 'sign_in_required') return result;
    return (await desk.askForSignIn(request.name, error)) ?? result;
  }
}

/** A failure as a result that a model can read. */
function failedCall(tool: string, error: RelayError, { report, ended }: CallDesk): CallToolResult {
  report(tool, error);
  ended?.(tool, REFUSALS.includes(error.code) ? 'refused' : 'failed');
  return errorResult(error);
}

/** @param reached told the tool that a meta tool led to */
async function answer(
  request: CallRequest,
  view: View,
  context: ToolContext,
  reached: { name: string },
): Promise<ToolAnswer> {
  reached.name = request.name;
  const meta = metaTool(request.name);
  if (meta !== undefined) {
    const args = checkArguments(meta.name, meta.inputSchema, request.arguments);
    return meta.run(args, { view, call: (inner) => answer(inner, view, context, reached) });
  }
  const tool = toolFor(request.name, view);
  return tool.run(checkArguments(tool.name, tool.inputSchema, request.arguments), context);
}

function cancelled(): RelayError {
  return new RelayError('cancelled', 'The call was cancelled.');
}
