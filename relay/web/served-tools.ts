import { RELEASES, releaseTable } from '../../openapi/index.ts';
import type { JsonSchema, Release } from '../../openapi/index.ts';
import { inToolsets, SIGN_IN_TOOLSET } from '../config/toolsets.ts';
import type { Catalogue } from '../mcp/catalogue.ts';
import type { Tool } from '../tools/tool.ts';
import { answerSchema } from './answer-schema.ts';

/** A tool as the pages show it: its newest form, and where it exists. */
export interface ServedTool {
  readonly tool: Tool;
  /** Nextcloud releases that have it, oldest first. */
  readonly releases: readonly Release[];
}

export interface ServedTools {
  /** By name, in the registry's order. */
  readonly all: ReadonlyMap<string, ServedTool>;
  /** What an answer holds, where the document of the operation says so. */
  answerSchema(name: string): JsonSchema | undefined;
}

/** Everything this gateway serves to somebody, over all releases. Put together when first asked for. */
export function servedTools(catalogue: Catalogue): () => ServedTools {
  let made: ServedTools | undefined;
  return () => (made ??= collected(catalogue));
}

function collected(catalogue: Catalogue): ServedTools {
  const { toolsets = { all: true, named: new Set<string>() }, readOnly } = catalogue.options;
  const all = new Map<string, ServedTool>();
  for (const release of RELEASES) {
    for (const tool of catalogue.registry(release).tools) {
      if (!inToolsets(tool.toolset, toolsets)) continue;
      if (readOnly && tool.effect !== 'read' && tool.toolset !== SIGN_IN_TOOLSET) continue;
      const { releases = [] } = all.get(tool.name) ?? {};
      all.set(tool.name, { tool, releases: [...releases, release] });
    }
  }
  return {
    all: new Map([...all].sort(([, one], [, other]) => byToolset(one.tool, other.tool))),
    answerSchema(name) {
      const release = all.get(name)?.releases.at(-1);
      const tables = catalogue.options.tables ?? releaseTable;
      return release === undefined ? undefined : answerSchema(tables(release), name);
    },
  };
}

function byToolset(one: Tool, other: Tool): number {
  if (one.toolset !== other.toolset) return one.toolset < other.toolset ? -1 : 1;
  return one.name < other.name ? -1 : 1;
}
