import type { Tool } from '../tools/tool.ts';
import { missingScopes as missingAmong } from '../access/scopes.ts';
import { SIGN_IN_TOOLSET, inToolsets } from '../config/toolsets.ts';
import type { ToolsetChoice } from '../config/toolsets.ts';

/** Everything that decides which tools a caller has. */
export interface SelectionInput {
  /** Toolsets whose tools may be called at all. */
  readonly toolsets: ToolsetChoice;
  readonly readOnly: boolean;
  /** Scopes of the caller's token; `unrestricted` for the one user of a single-user server. */
  readonly scopes: ReadonlySet<string> | 'unrestricted';
  /** Apps this user really has on the server; undefined when that is not known. */
  readonly presentApps: ReadonlySet<string> | undefined;
}

export type Refusal =
  | { readonly reason: 'toolset'; readonly toolset: string }
  | { readonly reason: 'read-only' }
  | { readonly reason: 'scope'; readonly missing: readonly string[] }
  | { readonly reason: 'app'; readonly app: string }
  | { readonly reason: 'apps-unknown' };

export interface Selection {
  /** By name, in the registry's order. */
  readonly allowed: ReadonlyMap<string, Tool>;
  /** Why a tool is not there, by name. */
  readonly refused: ReadonlyMap<string, Refusal>;
}

/** Which tools a caller has, and why not the others. Pure; what is not known refuses. */
export function select(tools: readonly Tool[], input: SelectionInput): Selection {
  const allowed = new Map<string, Tool>();
  const refused = new Map<string, Refusal>();
  for (const tool of tools) {
    const refusal = refusalOf(tool, input);
    if (refusal === undefined) allowed.set(tool.name, tool);
    else refused.set(tool.name, refusal);
  }
  return { allowed, refused };
}

function refusalOf(tool: Tool, input: SelectionInput): Refusal | undefined {
  if (!inToolsets(tool.toolset, input.toolsets))
    return { reason: 'toolset', toolset: tool.toolset };
  // Signing in changes nothing in Nextcloud, and without it there is nothing to read.
  const changesData = tool.effect !== 'read' && tool.toolset !== SIGN_IN_TOOLSET;
  if (input.readOnly && changesData) return { reason: 'read-only' };
  const missing = missingScopes(tool.scopes, input.scopes);
  if (missing.length > 0) return { reason: 'scope', missing };
  if (tool.app === undefined) return undefined;
  if (input.presentApps === undefined) return { reason: 'apps-unknown' };
  return input.presentApps.has(tool.app) ? undefined : { reason: 'app', app: tool.app };
}

/** Needed scopes a caller lacks. `files` includes `files:read`: the broad scope covers its parts. */
export function missingScopes(
  needed: readonly string[],
  granted: SelectionInput['scopes'],
): readonly string[] {
  return granted === 'unrestricted' ? [] : missingAmong(needed, granted);
}
