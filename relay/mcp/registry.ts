import type { Effect, ReleaseTable } from '../../openapi/index.ts';
import type { DefinedTool, Tool } from '../tools/tool.ts';
import { operationTool } from './operation-tool.ts';
import type { AnswerLimits } from './operation-tool.ts';

/** Every tool of one release in a fixed order: clients and caches see the same list each time. */
export interface Registry {
  readonly release: ReleaseTable['release'];
  readonly tools: readonly Tool[];
}

/** Throws when two tools claim one name, or a composed tool names an operation that this release should have. */
export function buildRegistry(
  table: ReleaseTable,
  composed: readonly DefinedTool[],
  limits: AnswerLimits,
): Registry {
  const tools = new Map<string, Tool>();
  const add = (tool: Tool): void => {
    if (tools.has(tool.name)) throw new Error(`Two tools are named ${tool.name}`);
    tools.set(tool.name, tool);
  };
  for (const definition of Object.values(table.tools))
    add(operationTool(definition, table, limits));
  for (const tool of composed) {
    // An app may have dropped an operation in this release; its tool goes with it.
    if (tool.uses.every((key) => Object.hasOwn(table.operations, key))) add(tool);
  }
  return { release: table.release, tools: [...tools.values()].sort(byToolsetAndName) };
}

function byToolsetAndName(a: Tool, b: Tool): number {
  return a.toolset === b.toolset ? (a.name < b.name ? -1 : 1) : a.toolset < b.toolset ? -1 : 1;
}

export interface ToolAnnotations {
  readonly readOnlyHint: boolean;
  readonly destructiveHint: boolean;
  readonly idempotentHint: boolean;
  readonly openWorldHint: boolean;
}

const REPEATABLE: readonly Effect[] = ['read', 'set', 'replace', 'delete'];
const DESTRUCTIVE: readonly Effect[] = ['replace', 'delete'];

/** MCP's hints follow from what a tool does to the user's data. */
export function annotationsOf(tool: Pick<Tool, 'effect' | 'openWorld'>): ToolAnnotations {
  return {
    readOnlyHint: tool.effect === 'read',
    destructiveHint: DESTRUCTIVE.includes(tool.effect),
    idempotentHint: REPEATABLE.includes(tool.effect),
    openWorldHint: tool.openWorld,
  };
}

/** A tool as `tools/list` shows it. */
export interface ListedTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly inputSchema: { readonly type: 'object'; readonly [keyword: string]: unknown };
  readonly annotations: ToolAnnotations;
}

export function listed(
  tool: Pick<Tool, 'name' | 'title' | 'description' | 'inputSchema' | 'effect' | 'openWorld'>,
): ListedTool {
  return {
    name: tool.name,
    title: tool.title,
    description: tool.description,
    inputSchema: { type: 'object', ...tool.inputSchema },
    annotations: annotationsOf(tool),
  };
}
