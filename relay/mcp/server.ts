/* eslint-disable @typescript-eslint/no-deprecated -- `Server` is the low-level one: McpServer registers every tool anew for each request */
import { ProtocolError, ProtocolErrorCode, Server } from '@modelcontextprotocol/server';
import type { McpRequestContext, ServerContext } from '@modelcontextprotocol/server';
import { RelayError } from '../errors.ts';
import { noMetrics, stopwatch } from '../metrics/metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { didYouMean } from '../nearest.ts';
import type { ToolContext } from '../tools/tool.ts';
import { callTool } from './call.ts';
import type { CallDesk, Ended, Report } from './call.ts';
import type { Principal } from '../access/principal.ts';
import type { SignInElicitation } from '../signin/elicitation.ts';
import type { Catalogue, View } from './catalogue.ts';
import { complete } from './completions.ts';
import { metaTool } from './meta-tools.ts';
import { getPrompt, listPrompts, PROMPTS } from './prompts.ts';
import type { PromptEntry } from './prompts.ts';
import { RESOURCES } from './resource-entries.ts';
import type { ResourceEntry } from './resource-entries.ts';
import { listResources, listTemplates, readResource } from './resources.ts';
import { relayErrorOf } from './results.ts';
import type { Rounds } from './rounds.ts';
import type { Session } from './session.ts';
import { listTools } from './tools-list.ts';

export interface ServerDependencies {
  readonly catalogue: Catalogue;
  /** Who is calling; throws RelayError when that cannot be told. */
  readonly session: (context: McpRequestContext) => Promise<Session> | Session;
  readonly info: { readonly name: string; readonly title: string; readonly version: string };
  readonly instructions: string;
  readonly report: Report;
  readonly metrics?: Metrics;
  readonly now: () => Date;
  readonly newId: () => string;
  /** What can be read beside `nc://capabilities`; Nextcloud's, unless told. */
  readonly resources?: readonly ResourceEntry[];
  readonly prompts?: readonly PromptEntry[];
  /** Tools and prompts that ask the client for more on the way. */
  readonly rounds?: Rounds;
  /** Where people sign in. */
  readonly signIn?: ServerSignIn | undefined;
}

export interface ServerSignIn {
  readonly elicitation: SignInElicitation;
  /** A fresh link for this person; undefined where nothing can be connected. */
  readonly link: (principal: Principal) => Promise<string | undefined>;
  /** Told how each call ended. */
  readonly audit: (session: Session, tool: string, outcome: 'ok' | 'refused' | 'failed') => void;
}

const LIST_TTL = { ttlMs: 60_000 };

/**
 * The MCP server for one request (HTTP) or one connection (stdio). It costs a microsecond because nothing is
 * registered: lists are prebuilt, and every handler reads from the shared catalogue.
 */
export function createServer(dependencies: ServerDependencies, context: McpRequestContext): Server {
  const { catalogue, instructions, info, rounds, signIn } = dependencies;
  const { resources = RESOURCES, prompts = PROMPTS } = dependencies;
  const verify = signIn?.elicitation.verify ?? rounds?.verify;
  const server = new Server(info, {
    capabilities: { tools: {}, resources: {}, prompts: {}, completions: {} },
    instructions,
    cacheHints: {
      'tools/list': LIST_TTL,
      'prompts/list': LIST_TTL,
      'resources/list': LIST_TTL,
      'resources/templates/list': LIST_TTL,
      'server/discover': LIST_TTL,
    },
    ...(verify === undefined ? {} : { requestState: { verify } }),
  });
  const session = async (): Promise<Session> => dependencies.session(context);
  const view = async (): Promise<View> => catalogue.view(await session());

  server.setRequestHandler('tools/list', () =>
    guarded(async () => listTools(await view(), catalogue)),
  );
  server.setRequestHandler('tools/call', (request, ctx) =>
    guarded(async () => {
      const caller = await session();
      const { name, arguments: args } = request.params;
      const seen = await catalogue.view(caller);
      refuseUnknown(name, seen);
      const desk = deskOf(dependencies, { caller, seen, era: context.era }, ctx);
      const round = seen.selection.allowed.has(name) ? rounds?.tools.get(name) : undefined;
      if (round !== undefined) return round(ctx);
      const call = toolContext(caller, ctx, dependencies);
      return callTool({ name, arguments: args }, seen, call, desk);
    }),
  );
  server.setRequestHandler('resources/list', () =>
    guarded(async () => listResources(resources, await view())),
  );
  server.setRequestHandler('resources/templates/list', () =>
    guarded(async () => listTemplates(resources, await view())),
  );
  server.setRequestHandler('resources/read', (request, ctx) =>
    guarded(async () => {
      const caller = await session();
      const { signal } = ctx.mcpReq;
      const reading = readResource(
        resources,
        request.params.uri,
        caller,
        await catalogue.view(caller),
        signal,
      );
      return await reading.catch((error: unknown) => withLink(error, caller, signIn));
    }),
  );
  server.setRequestHandler('completion/complete', (request, ctx) =>
    guarded(async () => complete(resources, request.params, await session(), ctx.mcpReq.signal)),
  );
  server.setRequestHandler('prompts/list', () =>
    guarded(() => Promise.resolve(listPrompts(prompts))),
  );
  server.setRequestHandler('prompts/get', ({ params }, ctx) =>
    guarded(async () => {
      const round = rounds?.prompts.get(params.name);
      return round?.(ctx) ?? getPrompt(prompts, params.name, params.arguments ?? {});
    }),
  );
  return server;
}

interface Calling {
  readonly caller: Session;
  readonly seen: View;
  readonly era: McpRequestContext['era'];
}

/** Who is told of one call; made when it begins. */
function deskOf(
  { report, metrics = noMetrics, signIn }: ServerDependencies,
  { caller, seen, era }: Calling,
  context: ServerContext,
): CallDesk {
  const seconds = stopwatch();
  const counted: Ended = (tool, outcome) => {
    metrics.toolCall(isThere(tool, seen) ? tool : 'unknown', outcome, seconds());
  };
  if (signIn === undefined) return { report, ended: counted };
  const { elicitation, link, audit } = signIn;
  return {
    report,
    ended(tool, outcome) {
      counted(tool, outcome);
      audit(caller, tool, outcome);
    },
    async askForSignIn(tool, { message }) {
      const url = caller.principal && (await link(caller.principal));
      if (url === undefined) return undefined;
      return elicitation.ask({ era, tool, context, message, link: () => Promise.resolve(url) });
    },
  };
}

/** The error that asks for a sign-in, with the link in it. Resources have no results that could ask. */
async function withLink(
  error: unknown,
  { principal }: Session,
  signIn: ServerSignIn | undefined,
): Promise<never> {
  const asks = error instanceof RelayError && error.code === 'sign_in_required';
  const url = asks && principal !== undefined ? await signIn?.link(principal) : undefined;
  if (!asks || url === undefined) throw error;
  throw new RelayError(error.code, `${error.message} ${url}`, { hint: error.hint ?? '' });
}

/** A plain Error would leave with its text, whatever that holds: only errors made for the wire pass. */
async function guarded<T>(handle: () => Promise<T>): Promise<T> {
  try {
    return await handle();
  } catch (thrown) {
    if (thrown instanceof ProtocolError) throw thrown;
    const error = relayErrorOf(thrown);
    const text = error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
    throw new ProtocolError(ProtocolErrorCode.InternalError, text, {
      code: error.code,
      retryable: error.retryable,
    });
  }
}

/** MCP answers a tool nobody has heard of with a protocol error; one that is merely refused is a tool's answer. */
function refuseUnknown(name: string, view: View): void {
  if (isThere(name, view)) return;
  throw new ProtocolError(ProtocolErrorCode.InvalidParams, unknownTool(name, view.listable.keys()));
}

/** For this caller, or refused to them. */
function isThere(name: string, { selection }: View): boolean {
  return metaTool(name) !== undefined || selection.allowed.has(name) || selection.refused.has(name);
}

function unknownTool(name: string, known: Iterable<string>): string {
  return `There is no tool ${JSON.stringify(name)}.${didYouMean(name, known)}`;
}

function toolContext(
  session: Session,
  ctx: ServerContext,
  dependencies: ServerDependencies,
): ToolContext {
  const { now, newId } = dependencies;
  const token = ctx.mcpReq._meta?.progressToken;
  return {
    nextcloud: session.nextcloud,
    signal: ctx.mcpReq.signal,
    principal: session.principal,
    now,
    newId,
    async progress(done, total, message) {
      if (token === undefined) return;
      const params = { progressToken: token, progress: done, ...optional({ total, message }) };
      await ctx.mcpReq.notify({ method: 'notifications/progress', params });
    },
  };
}

function optional<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(
    Object.entries(values).filter(([, value]) => value !== undefined),
  ) as Partial<T>;
}
