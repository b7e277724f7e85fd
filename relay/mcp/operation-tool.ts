import type {
  JsonSchema,
  Operation,
  OperationTool,
  ReleaseTable,
  ResultShape,
} from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';
import type { Reply } from '../nextcloud/nextcloud.ts';
import type { Tool, ToolAnswer } from '../tools/tool.ts';
import { binaryAnswer, isBinary } from './binary-answer.ts';
import { pageOf } from './list-page.ts';
import { shapeItem } from './result-shape.ts';
import { propertiesOf, typesOf } from './schema.ts';

/** Bytes an answer may have. */
export interface AnswerLimits {
  /** JSON of one answer; longer lists go on with a cursor. */
  readonly json: number;
  /** Bytes of one file. */
  readonly binary: number;
}

type Arguments = Readonly<Record<string, unknown>>;

/** Arguments with which an operation pages by itself; such tools get no cursor from us. */
const OWN_PAGING = /^(?:cursor|limit|offset|page|page_size|per_page|start|chunk_.*|last_.*)$/i;

const CURSOR: JsonSchema = { type: 'string', description: 'next_cursor of the previous answer' };

/** One tool that is one request, from its table entry. The Nextcloud it runs against comes with the call. */
export function operationTool(
  definition: OperationTool,
  table: ReleaseTable,
  limits: AnswerLimits,
): Tool {
  const operation = table.operations[definition.operation];
  if (operation === undefined) {
    throw new Error(`Tool ${definition.name} names an unknown operation: ${definition.operation}`);
  }
  const pagesItself = Object.keys(propertiesOf(definition.inputSchema)).some((name) =>
    OWN_PAGING.test(name),
  );
  const lists = answersList(operation, definition.result, table);
  return {
    name: definition.name,
    title: definition.title,
    description: definition.description,
    app: operation.app,
    toolset: definition.toolset,
    scopes: definition.scopes,
    effect: definition.effect,
    openWorld: definition.openWorld ?? false,
    inputSchema:
      lists && !pagesItself ? withCursor(definition.inputSchema) : definition.inputSchema,
    async run(args, { nextcloud, signal }) {
      const parameters = parametersOf(definition, operation, args);
      const reply = await nextcloud.executeByKey(operation.key, parameters, { signal });
      const context = { publicUrl: nextcloud.publicUrl, args };
      return answerOf(reply, { definition, context, limits, pagesItself });
    },
  };
}

/** Arguments under the names the operation knows, with the values people cannot choose. */
function parametersOf(
  definition: OperationTool,
  operation: Operation,
  args: Arguments,
): Record<string, unknown> {
  const parameters: Record<string, unknown> = { ...definition.fixed };
  const properties = propertiesOf(definition.inputSchema);
  for (const [shown, name] of Object.entries(definition.arguments)) {
    const fallback =
      operation.parameters[name]?.required === true ? properties[shown]?.default : undefined;
    const value = args[shown] ?? fallback;
    if (value !== undefined) parameters[name] = value;
  }
  return parameters;
}

interface Shaping {
  readonly definition: OperationTool;
  readonly context: { readonly publicUrl: string; readonly args: Arguments };
  readonly limits: AnswerLimits;
  readonly pagesItself: boolean;
}

function answerOf(reply: Reply<unknown>, shaping: Shaping): ToolAnswer {
  const { definition, context, limits } = shaping;
  const shape = definition.result ?? {};
  const { data } = reply;
  if (reply.status === 304) return { data: { unchanged: true } };
  if (isBinary(data)) return binaryAnswer(data, limits.binary);
  if (data === null || data === undefined || data === '') return { data: { success: true } };
  if (Array.isArray(data)) return { data: listAnswer(data, shape, shaping) };
  const shown = shapeItem(data, shape, context);
  const wrapped =
    typeof shown === 'object'
      ? (shown as ToolAnswer['data'])
      : { [shape.scalar ?? 'value']: shown };
  return { data: within(wrapped, definition, limits) };
}

function listAnswer(
  data: readonly unknown[],
  shape: ResultShape,
  shaping: Shaping,
): ToolAnswer['data'] {
  const { definition, context, limits, pagesItself } = shaping;
  // PHP writes an empty object as []: an operation that changes something answers no list here.
  if (data.length === 0 && definition.effect !== 'read' && shape.list === undefined)
    return { success: true };
  const shown = data.map((item) => shapeItem(item, shape, context));
  const cursor = pagesItself ? undefined : context.args.cursor;
  const page = pageOf(shown, cursor, limits.json);
  return {
    [shape.list ?? 'items']: page.items,
    // With paging of its own the server gave one page, and only it knows how many there are.
    [pagesItself ? 'count' : 'total']: data.length,
    ...(page.nextCursor === undefined ? {} : cutShort(page.nextCursor, pagesItself)),
  };
}

function cutShort(nextCursor: string, pagesItself: boolean): Record<string, unknown> {
  return pagesItself
    ? { truncated: 'Too long to show whole: ask for fewer at once.' }
    : { next_cursor: nextCursor };
}

/** A single answer cannot be cut without lying about it; ten list pages is where it ends. */
function within(
  data: ToolAnswer['data'],
  definition: OperationTool,
  limits: AnswerLimits,
): ToolAnswer['data'] {
  const bytes = Buffer.byteLength(JSON.stringify(data));
  if (bytes <= limits.json * 10) return data;
  if (definition.effect !== 'read')
    return { success: true, note: 'Done. The answer is too long to show.' };
  throw new RelayError(
    'too_large',
    `The answer has ${String(bytes)} bytes, more than can be passed on.`,
    {
      hint: 'Ask for a part of it, or open it in Nextcloud.',
    },
  );
}

function answersList(
  operation: Operation,
  shape: ResultShape | undefined,
  table: ReleaseTable,
): boolean {
  if (shape?.list !== undefined) return true;
  const schema = operation.responses['200']?.schema;
  return (
    schema !== undefined && typesOf(schema, { $defs: table.definitions })?.has('array') === true
  );
}

function withCursor(schema: JsonSchema): JsonSchema {
  return { ...schema, properties: { ...propertiesOf(schema), cursor: CURSOR } };
}
