import type { JsonSchema, ReleaseTable } from '../../openapi/index.ts';

/** How deep definitions are put in where they are named; below that the name stays. */
const DEPTH = 3;

/** What a success of the tool's operation holds, before it is shaped. Undefined for tools of several operations. */
export function answerSchema(table: ReleaseTable, name: string): JsonSchema | undefined {
  const tool = table.tools[name];
  const operation = tool && table.operations[tool.operation];
  if (operation === undefined) return undefined;
  const statuses = Object.keys(operation.responses).sort();
  const schema = statuses.map((status) => operation.responses[status]?.schema).find(Boolean);
  return schema && (inlined(schema, table.definitions, DEPTH) as JsonSchema);
}

function inlined(value: unknown, definitions: ReleaseTable['definitions'], depth: number): unknown {
  if (Array.isArray(value)) return value.map((one) => inlined(one, definitions, depth));
  if (typeof value !== 'object' || value === null) return value;
  const reference = (value as { $ref?: unknown }).$ref;
  if (typeof reference === 'string') {
    const definition = definitions[reference.replace('#/$defs/', '')];
    return definition === undefined || depth === 0
      ? value
      : inlined(definition, definitions, depth - 1);
  }
  return Object.fromEntries(
    Object.entries(value).map(([key, one]) => [key, inlined(one, definitions, depth)]),
  );
}
