/** Data of a tool's answer (`structuredContent`). */
export type Answer = Record<string, any>; // eslint-disable-line @typescript-eslint/no-explicit-any -- tests read answers freely

/** What a scenario works with: one user behind a real MCP client. */
export interface Actor {
  /** Calls a tool and gives its structured answer; a tool error fails the scenario. */
  call(tool: string, args?: Record<string, unknown>): Promise<Answer>;
  /** Calls a tool that must fail; gives the error text the model sees. */
  refused(tool: string, args?: Record<string, unknown>): Promise<string>;
  /** Reads a resource: text as it is, binary as base64. */
  read(uri: string): Promise<{ mimeType: string | undefined; text?: string; blob?: string }>;
  /** Tells a story while another client has put a large file there and reads it slowly; it is gone afterwards. */
  whileSlowlyRead(path: string, story: () => Promise<void>): Promise<void>;
}

export interface ScenarioOptions {
  /** App whose presence the scenario needs; recordings carry its version. */
  readonly app: string;
  /** Who acts: `alice` (default), `admin` for administration tools, `frugal` whose quota is used up. */
  readonly as?: 'alice' | 'bob' | 'admin' | 'frugal';
  /** Releases this scenario runs on; default every stored release. */
  readonly releases?: readonly ('32' | '34')[];
}

export interface Scenario {
  readonly name: string;
  readonly options: ScenarioOptions;
  readonly run: (actor: Actor) => Promise<void>;
}

const all: Scenario[] = [];

/**
 * A story told with tool calls. The same code runs live (recording, verifying) and offline (replay), so it must be
 * deterministic: fixed names and dates, ids only from answers, and it leaves the account as it found it.
 */
export function scenario(
  name: string,
  options: ScenarioOptions,
  run: (actor: Actor) => Promise<void>,
): void {
  all.push({ name, options, run });
}

export function scenarios(): readonly Scenario[] {
  return all;
}
