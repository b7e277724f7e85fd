import { RELEASES } from '../../openapi/index.ts';
import type { ScopeIndex } from '../access/needed-scopes.ts';
import { DEFAULT_TOOLSETS, inToolsets } from '../config/toolsets.ts';
import { EVERYTHING } from '../mcp/catalogue.ts';
import type { Catalogue } from '../mcp/catalogue.ts';
import { RESOURCES } from '../mcp/resource-entries.ts';
import { match } from '../mcp/resources.ts';
import type { Tool } from '../tools/tool.ts';

/** What the gateway's surface needs of a token, over all releases: which one a server has is known only later. */
export interface ScopeFacts {
  readonly index: ScopeIndex;
  /** Every scope that something needs which can be called here, sorted: `scopes_supported`. */
  readonly all: readonly string[];
  /** To begin with: reading in the toolsets that are listed. */
  readonly initial: readonly string[];
}

export function scopeFacts(catalogue: Catalogue): ScopeFacts {
  const tools = RELEASES.flatMap((release) => catalogue.registry(release).tools);
  const byName = new Map<string, readonly string[]>();
  for (const { name, scopes } of tools) byName.set(name, union(byName.get(name) ?? [], scopes));
  const resources = RESOURCES.map(({ scope }) => scope);
  const { toolsets } = catalogue.options;
  const callable = tools.filter(({ toolset }) => inToolsets(toolset, toolsets ?? EVERYTHING));
  const listed = (tool: Tool): boolean =>
    toolsets === undefined || toolsets.all
      ? DEFAULT_TOOLSETS.includes(tool.toolset)
      : toolsets.named.has(tool.toolset);
  const initial = tools.filter(listed).flatMap(({ scopes }) => scopes);
  return {
    index: {
      tool: (name) => byName.get(name),
      resource(uri) {
        const scope = match(uri)?.entry.scope;
        return scope === undefined ? undefined : [scope];
      },
      // Prompts are texts of ours; the tools they speak of ask for their own scopes.
      prompt: () => undefined,
    },
    all: union(resources, ...callable.map(({ scopes }) => scopes)),
    initial: union(initial).filter((scope) => scope.endsWith(':read')),
  };
}

function union(...lists: readonly (readonly string[])[]): string[] {
  return [...new Set(lists.flat())].sort();
}
