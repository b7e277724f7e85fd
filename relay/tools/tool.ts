import * as z from 'zod';
import type { Effect, JsonSchema, OperationKey } from '../../openapi/index.ts';
import type { Principal } from '../access/principal.ts';
import type { Nextcloud } from '../nextcloud/nextcloud.ts';

/** What a running tool may use. */
export interface ToolContext {
  readonly nextcloud: Nextcloud;
  readonly signal: AbortSignal;
  /** Who is calling, from the verified token; undefined where a single user is served. */
  readonly principal?: Principal | undefined;
  /** Reports progress to the client, when it asked for it. */
  progress(done: number, total?: number, message?: string): Promise<void>;
  now(): Date;
  /** A fresh random id (UUID v4), for names of new DAV objects. */
  newId(): string;
}

/** Extra blocks beside the JSON, for images and files. Bytes are base64. */
export type ContentBlock =
  | { readonly type: 'image'; readonly data: string; readonly mimeType: string }
  | { readonly type: 'audio'; readonly data: string; readonly mimeType: string }
  | {
      readonly type: 'resource';
      readonly resource: { readonly uri: string; readonly mimeType: string; readonly blob: string };
    };

export interface ToolAnswer {
  /** Goes out as `structuredContent` and as JSON text. */
  readonly data: Readonly<Record<string, unknown>>;
  /** What the JSON text says instead, where `data` holds megabytes that need not go out twice. */
  readonly text?: Readonly<Record<string, unknown>>;
  readonly content?: readonly ContentBlock[];
}

/** A tool as the registry holds it, whatever its kind. */
export interface Tool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  /** App that must be present, key of `ReleaseTable.apps`; undefined when always there. */
  readonly app: string | undefined;
  readonly toolset: string;
  /** All are needed. */
  readonly scopes: readonly string[];
  readonly effect: Effect;
  readonly openWorld: boolean;
  readonly inputSchema: JsonSchema;
  run(args: Readonly<Record<string, unknown>>, context: ToolContext): Promise<ToolAnswer>;
}

export interface ComposedTool<Input extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly app: string;
  readonly toolset: string;
  readonly scopes: readonly string[];
  readonly effect: Effect;
  readonly openWorld?: boolean;
  /** Operations it may send; checked against the tables by a test. */
  readonly uses: readonly OperationKey[];
  /** Described arguments. `.describe()` every one; defaults with `.default()`. */
  readonly input: Input;
  run(args: z.output<Input>, context: ToolContext): Promise<ToolAnswer['data'] | ToolAnswer>;
}

/** A composed tool: several typed operations behind one name. Arguments are checked by its zod schema. */
export interface DefinedTool extends Tool {
  readonly uses: readonly string[];
}

export function defineTool<Input extends z.ZodObject>(tool: ComposedTool<Input>): DefinedTool {
  const { $schema: _dialect, ...inputSchema } = z.toJSONSchema(tool.input, {
    target: 'draft-2020-12',
    io: 'input',
    override: ({ jsonSchema }) => {
      withoutSafeBounds(jsonSchema);
    },
  });
  return {
    ...tool,
    openWorld: tool.openWorld ?? false,
    inputSchema: { ...inputSchema, additionalProperties: false },
    async run(args, context) {
      const answer = await tool.run(tool.input.parse(args), context);
      return isToolAnswer(answer) ? answer : { data: answer };
    },
  };
}

/** `z.int()` prints the bounds of exact numbers, which hold for every JSON integer here: noise for a model. */
function withoutSafeBounds(schema: { minimum?: unknown; maximum?: unknown }): void {
  if (schema.minimum === Number.MIN_SAFE_INTEGER) delete schema.minimum;
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum;
}

function isToolAnswer(answer: ToolAnswer['data'] | ToolAnswer): answer is ToolAnswer {
  const { data, content, text } = answer as Readonly<Record<string, unknown>>;
  return typeof data === 'object' && (Array.isArray(content) || typeof text === 'object');
}
