import type { CallToolResult } from '@modelcontextprotocol/server';
import type { Catalogue } from '../mcp/catalogue.ts';
import { callTool } from '../mcp/call.ts';
import type { Ended, Report } from '../mcp/call.ts';
import { relayErrorOf } from '../mcp/results.ts';
import type { Session } from '../mcp/session.ts';
import type { BrowserSession } from '../store/sessions.ts';

/** How a call from the tools explorer ended. */
export interface TrialOutcome {
  readonly ok: boolean;
  /** The tool's data, or the error as a model would read it. */
  readonly answer: unknown;
}

/** Runs a reading tool for the person at the browser; `session` undefined: the one user of a single-user gateway. */
export type TryTool = (
  session: BrowserSession | undefined,
  name: string,
  args: Readonly<Record<string, unknown>>,
  signal: AbortSignal,
) => Promise<TrialOutcome>;

export interface TrialOptions {
  readonly catalogue: Catalogue;
  /** As whom the call is made. @throws RelayError */
  readonly sessionOf: (session: BrowserSession | undefined) => Promise<Session> | Session;
  readonly report: Report;
  readonly ended?: (session: Session) => Ended;
  readonly now: () => Date;
  readonly newId: () => string;
}

/** The same way as `tools/call`: what the person has, arguments, the tool itself. */
export function toolTrial(options: TrialOptions): TryTool {
  const { catalogue, report, now, newId } = options;
  return async (browser, name, args, signal) => {
    try {
      const session = await options.sessionOf(browser);
      const view = await catalogue.view(session);
      // the explorer offers reading only; a meta tool could reach further
      if (view.selection.allowed.get(name)?.effect === 'read' || view.selection.refused.has(name)) {
        const context = {
          nextcloud: session.nextcloud,
          signal,
          principal: session.principal,
          now,
          newId,
          progress: () => Promise.resolve(),
        };
        const desk = { report, ended: options.ended?.(session) };
        return outcomeOf(await callTool({ name, arguments: args }, view, context, desk));
      }
      return { ok: false, answer: { message: `${name} does not only read.` } };
    } catch (thrown) {
      const { message, hint, code } = relayErrorOf(thrown);
      return { ok: false, answer: { message, ...(hint === undefined ? {} : { hint }), code } };
    }
  };
}

function outcomeOf(result: Awaited<ReturnType<typeof callTool>>): TrialOutcome {
  if (!isResult(result)) return { ok: false, answer: { message: 'The tool asks for more.' } };
  const { isError, structuredContent, content } = result;
  if (structuredContent !== undefined) return { ok: isError !== true, answer: structuredContent };
  const [first] = content;
  return { ok: isError !== true, answer: first?.type === 'text' ? parsed(first.text) : content };
}

function isResult(result: Awaited<ReturnType<typeof callTool>>): result is CallToolResult {
  return Array.isArray(result.content);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
