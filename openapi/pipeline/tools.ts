import type {
  Effect,
  JsonSchema,
  Operation,
  OperationTool,
  Parameter,
  Presence,
  ResultShape,
} from '../operation.ts';
import { isExclusionReason } from './decisions.ts';
import type { ExclusionReason } from './decisions.ts';
import { asArray, asObject, asText, isObject } from './document.ts';
import type { JsonObject } from './document.ts';
import { fileShape, takesFile } from './operations.ts';
import { PortableSchemas, withoutNull } from './portable-schema.ts';

export const TOOL_NAME = /^[a-z][a-z0-9_]{0,49}$/;
const ARGUMENT_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const SCOPE = /^[a-z][a-z0-9_-]*(:[a-z][a-z0-9_-]*)+$/;
const EFFECTS: readonly string[] = ['read', 'add', 'set', 'replace', 'delete', 'act'];
const TOOL_KEYS = [
  'name',
  'title',
  'description',
  'scope',
  'toolset',
  'effect',
  'openWorld',
  'arguments',
  'result',
];
const ARGUMENT_KEYS = ['name', 'description', 'default', 'fixed', 'hidden', 'required', 'schema'];
const RESULT_TEXTS = ['list', 'scalar', 'url'];
const RESULT_LISTS = ['pick', 'omit', 'times'];

export type Decision =
  | { readonly kind: 'tool'; readonly tool: JsonObject; readonly composed: readonly string[] }
  | { readonly kind: 'composed'; readonly composed: readonly string[] }
  | { readonly kind: 'excluded'; readonly reason: ExclusionReason; readonly note?: string }
  | { readonly kind: 'undecided' };

/** Called with what is wrong about one operation; the caller knows file and place. */
export type Complain = (message: string) => void;

/** Reads the verdict about one operation: exactly one of tool (maybe also composed), composed, excluded. */
export function readDecision(source: JsonObject, complain: Complain): Decision {
  const tool = source['x-tool'];
  const excluded = source['x-excluded'];
  const composed = asArray(source['x-composed']).map(String);
  if (
    source['x-composed'] !== undefined &&
    (composed.length === 0 || !composed.every((name) => TOOL_NAME.test(name)))
  ) {
    complain('x-composed must be a list of tool names');
  }
  if (excluded !== undefined && (tool !== undefined || composed.length > 0)) {
    complain('both excluded and used: keep one decision');
  }
  if (excluded !== undefined) return readExclusion(asObject(excluded), complain);
  if (isObject(tool)) return { kind: 'tool', tool, composed };
  if (tool !== undefined) complain('x-tool must be an object');
  return composed.length > 0 ? { kind: 'composed', composed } : { kind: 'undecided' };
}

function readExclusion(excluded: JsonObject, complain: Complain): Decision {
  const { reason, note } = excluded;
  if (!isExclusionReason(reason)) {
    complain(`x-excluded.reason ${String(reason)} is not in pipeline/decisions.ts`);
    return { kind: 'undecided' };
  }
  return { kind: 'excluded', reason, ...(typeof note === 'string' ? { note } : {}) };
}

export function readPresence(value: unknown): Presence | undefined {
  if (!isObject(value) || Object.keys(value).length !== 1) return undefined;
  if (value['always'] === true) return { always: true };
  if (typeof value['capability'] === 'string') return { capability: value['capability'] };
  if (typeof value['navigation'] === 'string') return { navigation: value['navigation'] };
  return undefined;
}

export interface ToolContext {
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  /** Parameter names of this operation in any release: an argument may exist in one release only. */
  readonly knownParameters: ReadonlySet<string>;
  readonly complain: Complain;
}

/** Builds the tool of one operation in one release from its `x-tool` block; complains about every mistake. */
export function buildTool(
  operation: Operation,
  block: JsonObject,
  context: ToolContext,
): OperationTool {
  const { complain } = context;
  for (const key of Object.keys(block)) {
    if (!TOOL_KEYS.includes(key)) complain(`x-tool.${key} is unknown`);
  }
  const name = text(block, 'name', complain);
  if (name !== '' && !TOOL_NAME.test(name))
    complain(`tool name ${name} does not match ${TOOL_NAME.source}`);
  const effect = text(block, 'effect', complain);
  if (effect !== '' && !EFFECTS.includes(effect))
    complain(`effect ${effect} is not one of ${EFFECTS.join(', ')}`);
  if (block['openWorld'] !== undefined && typeof block['openWorld'] !== 'boolean')
    complain('openWorld must be true or false');
  const shape = buildArguments(operation, block, effect as Effect, context);
  const result = readResult(block['result'], complain);
  return {
    name,
    title: text(block, 'title', complain),
    description: text(block, 'description', complain),
    toolset: text(block, 'toolset', complain),
    scopes: readScopes(block['scope'], complain),
    effect: effect as Effect,
    ...(block['openWorld'] === true ? { openWorld: true as const } : {}),
    operation: operation.key,
    ...shape,
    ...(result === undefined ? {} : { result }),
  };
}

function text(block: JsonObject, key: string, complain: Complain): string {
  const value = asText(block[key])?.trim().replace(/\s+/g, ' ') ?? '';
  if (value === '') complain(`x-tool.${key} is missing`);
  return value;
}

function readScopes(value: unknown, complain: Complain): string[] {
  const scopes = Array.isArray(value) ? value : [value];
  if (
    scopes.length > 0 &&
    scopes.every((scope) => typeof scope === 'string' && SCOPE.test(scope))
  ) {
    return scopes.map(String);
  }
  complain(`x-tool.scope ${JSON.stringify(value)} must be one scope like notes:write, or a list`);
  return [];
}

function readResult(value: unknown, complain: Complain): ResultShape | undefined {
  if (value === undefined) return undefined;
  if (!isObject(value)) {
    complain('x-tool.result must be an object');
    return undefined;
  }
  for (const [key, entry] of Object.entries(value)) {
    const fits = RESULT_TEXTS.includes(key)
      ? typeof entry === 'string'
      : RESULT_LISTS.includes(key) &&
        Array.isArray(entry) &&
        entry.every((item) => typeof item === 'string');
    if (!fits) complain(`x-tool.result.${key} is unknown or of the wrong type`);
  }
  return value;
}

type Shape = Pick<OperationTool, 'inputSchema' | 'arguments' | 'fixed'>;

function buildArguments(
  operation: Operation,
  block: JsonObject,
  effect: Effect,
  context: ToolContext,
): Shape {
  const { complain } = context;
  const settings = settingsByParameter(operation, asObject(block['arguments']), context);
  const schemas = new PortableSchemas(context.definitions);
  const properties: JsonObject = {};
  const required: string[] = [];
  const names: Record<string, string> = {};
  const fixed: Record<string, unknown> = {};
  for (const [parameterName, parameter] of Object.entries(operation.parameters)) {
    const setting = settings.get(parameterName) ?? {};
    if ('fixed' in setting) {
      fixed[parameterName] = setting['fixed'];
      continue;
    }
    if (setting['hidden'] === true) {
      if (parameter.required === true)
        complain(
          `argument ${parameterName} is required: give it a fixed value instead of hiding it`,
        );
      continue;
    }
    const shown = asText(setting['name']) ?? parameterName;
    if (!ARGUMENT_NAME.test(shown))
      complain(`argument name ${shown} does not match ${ARGUMENT_NAME.source}`);
    if (shown in properties) complain(`two arguments are called ${shown}`);
    const optional = isOptional(parameter, setting);
    properties[shown] = argumentSchema(operation, parameter, {
      setting,
      optional,
      schemas,
      effect,
      complain,
      name: parameterName,
    });
    names[shown] = parameterName;
    if (!optional) required.push(shown);
  }
  const definitions = Object.fromEntries(
    [...schemas.recursive].sort(([a], [b]) => (a < b ? -1 : 1)),
  );
  return {
    inputSchema: {
      type: 'object',
      properties,
      ...(required.length === 0 ? {} : { required }),
      additionalProperties: false,
      ...(Object.keys(definitions).length === 0 ? {} : { $defs: definitions }),
    },
    arguments: names,
    ...(Object.keys(fixed).length === 0 ? {} : { fixed }),
  };
}

function isOptional(parameter: Parameter, setting: JsonObject): boolean {
  if ('default' in setting) return true;
  return setting['required'] === true ? false : parameter.required !== true;
}

/** Overlay settings by parameter name; the wire name (`shareTypes[]`) is understood too. */
function settingsByParameter(
  operation: Operation,
  block: JsonObject,
  context: ToolContext,
): Map<string, JsonObject> {
  const settings = new Map<string, JsonObject>();
  for (const [written, setting] of Object.entries(block)) {
    const name = written.replace(/\[\]$/, '');
    const constant = operation.constants?.[name];
    // Fixing a path value to the only one it can have says nothing new, and nothing wrong.
    if (constant !== undefined && asObject(setting)['fixed'] === constant) continue;
    if (!context.knownParameters.has(name)) {
      const why = constant === undefined ? '' : ' (it is a constant of the path)';
      const known = [...context.knownParameters].join(', ');
      context.complain(
        `argument ${written} is no parameter${why}; there are: ${known === '' ? 'none' : known}`,
      );
      continue;
    }
    if (!isObject(setting)) {
      context.complain(`argument ${written}: an object is expected`);
      continue;
    }
    const unknown = Object.keys(setting).find((key) => !ARGUMENT_KEYS.includes(key));
    if (unknown !== undefined) context.complain(`argument ${written}: ${unknown} is unknown`);
    settings.set(name, setting);
  }
  return settings;
}

interface ArgumentContext {
  readonly name: string;
  readonly setting: JsonObject;
  readonly optional: boolean;
  readonly schemas: PortableSchemas;
  readonly effect: Effect;
  readonly complain: Complain;
}

function argumentSchema(
  operation: Operation,
  parameter: Parameter,
  context: ArgumentContext,
): JsonObject {
  const { setting, schemas } = context;
  const description = asText(setting['description'])?.trim().replace(/\s+/g, ' ') ?? '';
  if (description === '') context.complain(`argument ${context.name} has no description`);
  const facts = takesFile(operation, parameter)
    ? fileShape(parameter, FILE_ARGUMENT)
    : schemas.convert(setting['schema'] ?? parameter.schema);
  const nullMatters =
    parameter.in !== 'query' && (operation.method === 'PUT' || operation.method === 'PATCH');
  const plain = context.optional && !nullMatters ? withoutNull(facts) : facts;
  const { description: listed, default: initial, ...rest } = plain;
  const preset = 'default' in setting ? setting['default'] : initial;
  return {
    ...rest,
    description:
      typeof listed === 'string' ? `${description.replace(/\.$/, '')}. ${listed}` : description,
    ...(preset === undefined || preset === null || !context.optional ? {} : { default: preset }),
  };
}

/** How a client hands over a file: bytes as base64, or text. */
const FILE_ARGUMENT: JsonObject = {
  type: 'object',
  properties: {
    content_base64: { type: 'string', description: 'The bytes in base64; or give text' },
    text: { type: 'string', description: 'The content, when it is text' },
    filename: { type: 'string', description: 'File name with extension' },
    media_type: { type: 'string', description: 'Media type, e.g. image/png' },
  },
  additionalProperties: false,
};
