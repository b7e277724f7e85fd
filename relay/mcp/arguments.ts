import { Validator } from '@cfworker/json-schema';
import type { OutputUnit } from '@cfworker/json-schema';
import type { JsonSchema } from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';
import { didYouMean } from '../nearest.ts';
import { coerce } from './coercion.ts';
import { propertiesOf, requiredOf } from './schema.ts';

type Arguments = Readonly<Record<string, unknown>>;

/** Compiled on first use: a client calls a handful of the tools it sees. */
const validators = new WeakMap<JsonSchema, Validator>();

/**
 * Checks a tool's arguments and gives them as the tool wants them. Every problem is named at once, so that a model can
 * repair a call in one step. Throws RelayError `invalid_argument`; nothing has been sent then.
 */
export function checkArguments(tool: string, schema: JsonSchema, given: unknown): Arguments {
  if (given !== undefined && !isObject(given)) {
    throw refused(tool, schema, ['The arguments must be a JSON object.']);
  }
  const args = coerceAll(schema, given ?? {});
  const problems = [
    ...unknownOnes(schema, args),
    ...missingOnes(schema, args),
    ...wrongOnes(schema, args),
  ];
  if (problems.length > 0) throw refused(tool, schema, problems);
  return args;
}

function coerceAll(schema: JsonSchema, given: Arguments): Record<string, unknown> {
  const properties = propertiesOf(schema);
  const args: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const property = Object.hasOwn(properties, name) ? properties[name] : undefined;
    const coerced = property === undefined ? value : coerce(value, property, schema);
    if (coerced !== undefined) args[name] = coerced;
  }
  return args;
}

function unknownOnes(schema: JsonSchema, args: Arguments): string[] {
  const known = Object.keys(propertiesOf(schema));
  if (schema.additionalProperties !== false) return [];
  return Object.keys(args)
    .filter((name) => !known.includes(name))
    .map((name) => `Unknown argument ${JSON.stringify(name)}.${didYouMean(name, known)}`);
}

function missingOnes(schema: JsonSchema, args: Arguments): string[] {
  const missing = requiredOf(schema).filter((name) => !Object.hasOwn(args, name));
  if (missing.length === 0) return [];
  return [`Missing: ${missing.map((name) => describe(name, schema)).join('; ')}.`];
}

function wrongOnes(schema: JsonSchema, args: Arguments): string[] {
  const { errors } = validatorOf(schema).validate(args);
  return [...new Set(leaves(errors).map(explain))];
}

function validatorOf(schema: JsonSchema): Validator {
  let validator = validators.get(schema);
  if (validator === undefined) {
    // `required` and unknown names are reported above, in words that name them all.
    const { required: _required, additionalProperties: _additional, ...rest } = schema;
    validator = new Validator(rest, '2020-12', false);
    validators.set(schema, validator);
  }
  return validator;
}

/** The validator reports every level on the way down; only the innermost ones say what is wrong. */
function leaves(errors: readonly OutputUnit[]): OutputUnit[] {
  const outer = new Set(['properties', 'items', '$ref', 'anyOf', 'oneOf', 'allOf']);
  const inner = errors.filter((error) => !outer.has(error.keyword) && error.keyword !== 'false');
  return inner.length > 0 ? inner : errors.slice(0, 1);
}

function explain(error: OutputUnit): string {
  const where = error.instanceLocation.replace(/^#\/?/, '').replaceAll('/', '.') || 'The arguments';
  return `${where}: ${error.error.replace(/^Instance /, 'the value ')}`;
}

function describe(name: string, schema: JsonSchema): string {
  const property = propertiesOf(schema)[name];
  const type = typeof property?.type === 'string' ? property.type : undefined;
  const words = typeof property?.description === 'string' ? property.description : undefined;
  const detail = [type, words].filter((part) => part !== undefined).join(', ');
  return detail === '' ? name : `${name} (${detail})`;
}

function refused(tool: string, schema: JsonSchema, problems: readonly string[]): RelayError {
  const known = Object.keys(propertiesOf(schema));
  return new RelayError('invalid_argument', `${tool} was not called. ${problems.join(' ')}`, {
    hint: known.length === 0 ? 'This tool takes no arguments.' : `Arguments: ${known.join(', ')}.`,
  });
}

function isObject(value: unknown): value is Arguments {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
