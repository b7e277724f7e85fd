import type { JsonSchema } from '../../openapi/index.ts';
import type { Tool, ToolAnswer } from '../tools/tool.ts';
import type { CallRequest } from './call.ts';
import type { View } from './catalogue.ts';
import { annotationsOf } from './registry.ts';
import { searchTools, toolsetCounts } from './tool-search.ts';
import { toolFor } from './tool-for.ts';

/** What a meta tool works with: the caller's own tools and the same call pipeline. */
export interface Desk {
  readonly view: View;
  call(request: CallRequest): Promise<ToolAnswer>;
}

type Arguments = Readonly<Record<string, unknown>>;

export interface MetaTool extends Omit<Tool, 'run' | 'app'> {
  run(args: Arguments, desk: Desk): Promise<ToolAnswer>;
}

const FIND: MetaTool = {
  name: 'nc_find_tools',
  title: 'Find tools',
  description:
    'Find tools of this Nextcloud by what they do, e.g. "rename a folder". Without a query it lists the toolsets. Use nc_describe_tool next, then nc_call_tool.',
  toolset: 'meta',
  scopes: [],
  effect: 'read',
  openWorld: false,
  inputSchema: object({
    query: { type: 'string', description: 'What the tool should do, in a few words' },
    toolset: { type: 'string', description: 'Only tools of this toolset' },
    limit: {
      type: 'integer',
      minimum: 1,
      maximum: 50,
      description: 'How many to give; 10 unless told',
    },
  }),
  run(args, { view }) {
    const tools = [...view.listable.values()];
    const {
      query = '',
      toolset,
      limit = 10,
    } = args as { query?: string; toolset?: string; limit?: number };
    if (query.trim() === '' && toolset === undefined) {
      return Promise.resolve({ data: { toolsets: toolsetCounts(tools), total: tools.length } });
    }
    const found = searchTools(tools, query, toolset);
    const shown = found.slice(0, limit).map(({ name, title, description, effect }) => {
      return { name, title, description, read_only: effect === 'read' };
    });
    return Promise.resolve({ data: { tools: shown, total: found.length } });
  },
};

const DESCRIBE: MetaTool = {
  name: 'nc_describe_tool',
  title: 'Describe a tool',
  description:
    'Show a tool’s arguments (JSON Schema) and what it does to data, before calling it with nc_call_tool.',
  toolset: 'meta',
  scopes: [],
  effect: 'read',
  openWorld: false,
  inputSchema: object({ name: { type: 'string', description: 'Name of the tool' } }, ['name']),
  run(args, { view }) {
    const wanted = String(args.name);
    const tool = view.listable.get(wanted) ?? toolFor(wanted, view);
    const { name, title, description, toolset, scopes, inputSchema } = tool;
    const data = {
      name,
      title,
      description,
      toolset,
      scopes,
      ...annotationsShown(tool),
      input_schema: inputSchema,
    };
    return Promise.resolve({ data });
  },
};

const CALL: MetaTool = {
  name: 'nc_call_tool',
  title: 'Call a tool by name',
  description:
    'Call any tool that nc_find_tools shows. Arguments are checked against its schema first; nothing is sent when they do not fit.',
  toolset: 'meta',
  scopes: [],
  // It is as destructive as what it calls.
  effect: 'delete',
  openWorld: true,
  inputSchema: object(
    {
      name: { type: 'string', description: 'Name of the tool' },
      arguments: { type: 'object', description: 'Its arguments', additionalProperties: true },
    },
    ['name'],
  ),
  run(args, desk) {
    return desk.call({ name: String(args.name), arguments: args.arguments ?? {} });
  },
};

/** Three tools stand for all the others when a client cannot hold hundreds. */
export const META_TOOLS: readonly MetaTool[] = [FIND, DESCRIBE, CALL];

export function metaTool(name: string): MetaTool | undefined {
  return META_TOOLS.find((tool) => tool.name === name);
}

function object(
  properties: Record<string, JsonSchema>,
  required: readonly string[] = [],
): JsonSchema {
  return {
    type: 'object',
    properties,
    ...(required.length > 0 ? { required } : {}),
    additionalProperties: false,
  };
}

function annotationsShown(tool: Tool): Record<string, boolean> {
  const { readOnlyHint, destructiveHint, idempotentHint } = annotationsOf(tool);
  return { read_only: readOnlyHint, destructive: destructiveHint, idempotent: idempotentHint };
}
