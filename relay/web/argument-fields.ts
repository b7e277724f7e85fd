import type { JsonSchema } from '../../openapi/index.ts';

/** One argument of a tool as a form asks for it. */
export interface ArgumentField {
  readonly name: string;
  readonly required: boolean;
  readonly description: string | undefined;
  readonly kind:
    | { readonly is: 'text' | 'number' | 'whole number' | 'yes or no' | 'json' }
    | { readonly is: 'choice'; readonly choices: readonly string[] };
}

/** Prefix of their names in the form, so that no argument is taken for the form's token. */
export const FIELD = 'arg.';

export function argumentFields(schema: JsonSchema): readonly ArgumentField[] {
  const properties = (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>;
  const required = (schema['required'] ?? []) as readonly string[];
  return Object.entries(properties)
    .map(([name, property]) => ({
      name,
      required: required.includes(name),
      description:
        typeof property['description'] === 'string' ? property['description'] : undefined,
      kind: kindOf(property),
    }))
    .sort((one, other) => Number(other.required) - Number(one.required));
}

function kindOf(property: JsonSchema): ArgumentField['kind'] {
  const { enum: choices, type } = property;
  if (Array.isArray(choices) && choices.every((one) => typeof one === 'string')) {
    return { is: 'choice', choices };
  }
  switch (type) {
    case 'string':
      return { is: 'text' };
    case 'number':
      return { is: 'number' };
    case 'integer':
      return { is: 'whole number' };
    case 'boolean':
      return { is: 'yes or no' };
    default:
      return { is: 'json' };
  }
}

export type ReadArguments =
  | { readonly args: Readonly<Record<string, unknown>> }
  /** Names the field that holds no JSON. */
  | { readonly notJson: string };

/** The arguments out of a posted form. An empty field is an argument left out, unless a text
 * is required; whether values fit, the call checks. */
export function readArguments(
  fields: readonly ArgumentField[],
  body: Readonly<Record<string, unknown>>,
): ReadArguments {
  const args: Record<string, unknown> = {};
  for (const { name, kind, required } of fields) {
    const text = body[`${FIELD}${name}`];
    if (typeof text !== 'string') continue;
    // an empty text may be meant, where there has to be one
    if (text.trim() === '' && !(required && kind.is === 'text')) continue;
    const value = valueOf(text, kind.is);
    if (value === NOT_JSON) return { notJson: name };
    args[name] = value;
  }
  return { args };
}

const NOT_JSON = Symbol('not JSON');

function valueOf(text: string, kind: ArgumentField['kind']['is']): unknown {
  switch (kind) {
    case 'number':
    case 'whole number': {
      const number = Number(text);
      return Number.isFinite(number) ? number : text;
    }
    case 'yes or no':
      return text === 'true' ? true : text === 'false' ? false : text;
    case 'json':
      return jsonOf(text);
    default:
      return text;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return NOT_JSON;
  }
}
