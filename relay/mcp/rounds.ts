import type {
  CallToolResult,
  GetPromptResult,
  InputRequiredResult,
  ServerContext,
  ServerOptions,
} from '@modelcontextprotocol/server';

/** One round: the answer, or what the client is asked for before it sends the same request again. */
export type Round<Result> = (context: ServerContext) => Promise<Result | InputRequiredResult>;

/**
 * Tools and prompts that need more of the client than arguments, by name (2026-07-28: `input_required`). Between rounds
 * only the client keeps anything, so any replica can go on.
 */
export interface Rounds {
  /** Checks the state a client brings back. When it throws, no handler is reached. */
  readonly verify: NonNullable<ServerOptions['requestState']>['verify'];
  readonly tools: ReadonlyMap<string, Round<CallToolResult>>;
  readonly prompts: ReadonlyMap<string, Round<GetPromptResult>>;
}
