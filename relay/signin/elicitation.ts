import {
  UrlElicitationRequiredError,
  createRequestStateCodec,
  inputRequired,
  inputResponse,
} from '@modelcontextprotocol/server';
import type {
  CallToolResult,
  InputRequiredResult,
  RequestStateCodec,
  ServerContext,
} from '@modelcontextprotocol/server';
import { randomUUID } from 'node:crypto';
import { RelayError } from '../errors.ts';

/** Asks the person to open a link; `url` holds a single-use state and nothing else. */
interface SignInPrompt {
  readonly message: string;
  readonly url: string;
}

export interface ElicitationOptions {
  /** At least 32 bytes, the same in every replica. */
  readonly key: Uint8Array;
  /** Who is calling, as a stable key: what was asked of one person cannot be answered by another. */
  readonly principalKey: (context: ServerContext) => string;
  readonly ttlSeconds?: number;
}

/** What a round remembers; readable by the client, so it says nothing that matters. */
interface Round {
  readonly tool: string;
}

/** URL elicitation in both protocol eras. */
export interface SignInElicitation {
  /** For `ServerOptions.requestState.verify`. */
  readonly verify: RequestStateCodec<Round>['verify'];
  /**
   * Asks for a sign-in in the way the client understands: `input_required` (2026-07-28), error −32042 (older, thrown),
   * or an error result that carries the link (clients without URL elicitation). `link` is only called when a link is
   * really shown. Never asks twice for one call.
   */
  ask(request: SignInRequest): Promise<CallToolResult | InputRequiredResult>;
}

interface SignInRequest {
  readonly era: 'legacy' | 'modern';
  readonly tool: string;
  readonly context: ServerContext;
  readonly message: string;
  readonly link: () => Promise<string>;
}

const KEY = 'signin';
const CAPABILITIES = 'io.modelcontextprotocol/clientCapabilities';

export function signInElicitation(options: ElicitationOptions): SignInElicitation {
  const codec = createRequestStateCodec<Round>({
    key: options.key,
    ttlSeconds: options.ttlSeconds ?? 600,
    bind: (context) => `${context.mcpReq.method}\0${options.principalKey(context)}`,
  });
  return {
    verify: (state, context) => codec.verify(state, context),
    async ask({ era, tool, context, message, link }) {
      if (era === 'legacy') throw legacyElicitation({ message, url: await link() });
      const { mcpReq } = context;
      const response = inputResponse(mcpReq.inputResponses, KEY);
      if (response.kind === 'elicit' && response.action !== 'accept') return declined();
      const before = mcpReq.requestState<Round>();
      // accepted only means that the link was opened: asking again at once would go round without end
      if (response.kind === 'elicit' || before?.tool === tool)
        return plainLink({ message, url: await link() });
      if (!understandsUrls(context)) return plainLink({ message, url: await link() });
      return inputRequired({
        inputRequests: { [KEY]: inputRequired.elicitUrl({ message, url: await link() }) },
        requestState: await codec.mint({ tool }, context),
      });
    },
  };
}

/** Older clients throw this at their user without looking at `data`, so the link is in the text too. */
function legacyElicitation({ message, url }: SignInPrompt): UrlElicitationRequiredError {
  const asked = { mode: 'url' as const, message, url, elicitationId: randomUUID() };
  return new UrlElicitationRequiredError([asked], `${message} ${url}`);
}

/** For clients that cannot be asked: the model shows the link. */
function plainLink({ message, url }: SignInPrompt): CallToolResult {
  return failed({
    message,
    hint: 'Show this link to the user. When the sign-in is complete, call the tool again.',
    code: 'sign_in_required',
    retryable: false,
    details: { sign_in_url: url },
  });
}

function declined(): CallToolResult {
  return failed({
    message: 'The user did not want to sign in.',
    hint: 'Nothing was changed. Ask before trying again.',
    code: 'sign_in_required',
    retryable: false,
  });
}

function failed(error: Readonly<Record<string, unknown>>): CallToolResult {
  return { isError: true, content: [{ type: 'text', text: JSON.stringify(error) }] };
}

/** Declared per request in this era; `{}` and `{form: {}}` mean forms only. */
function understandsUrls({ mcpReq }: ServerContext): boolean {
  const envelope = mcpReq.envelope as Readonly<Record<string, unknown>> | undefined;
  const declared = envelope?.[CAPABILITIES] as { elicitation?: { url?: unknown } } | undefined;
  return declared?.elicitation?.url !== undefined;
}

/** The kind of sign-in an error asks for (`connect_nextcloud`, `grant_offline_access`); undefined for other errors. */
export function signInKind(error: unknown): string | undefined {
  if (!(error instanceof RelayError) || error.code !== 'sign_in_required') return undefined;
  const kind = error.details?.kind;
  return typeof kind === 'string' ? kind : undefined;
}
