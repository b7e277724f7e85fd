import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { RELEASES } from '../operation.ts';
import type { OperationTool, ReleaseTable } from '../operation.ts';
import { UsageError, runCommand } from './command.ts';
import { asObject, isObject } from './document.ts';
import type { JsonObject } from './document.ts';
import { OPENAPI_FOLDER } from './sets.ts';
import { TOOL_NAME } from './tools.ts';

const HELP = `
npm run openapi:lint [-- options]

Checks that every generated tool is portable: what the strictest known MCP client takes, all take.

  --json   machine-readable on stdout
  --help

Exit codes: 0 clean, 1 findings, 2 wrong call.
`;

const PROPERTY_NAME = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,63}$/;
const FORMATS = ['date-time', 'date', 'email', 'uuid'];
const LENGTHS = { title: [3, 60], description: [15, 600], argument: [3, 500] } as const;
/** Some clients refuse deeper schemas. */
const MAX_DEPTH = 8;

export interface Finding {
  readonly tool: string;
  readonly place: string;
  readonly message: string;
}

/** Findings about one tool's name, texts and input schema. */
export function lintTool(
  tool: Pick<OperationTool, 'name' | 'title' | 'description' | 'inputSchema'>,
): Finding[] {
  const findings: Finding[] = [];
  const tell = (place: string, message: string): void => {
    findings.push({ tool: tool.name, place, message });
  };
  if (!TOOL_NAME.test(tool.name)) tell('name', `does not match ${TOOL_NAME.source}`);
  checkLength(tool.title, 'title', LENGTHS.title, tell);
  checkLength(tool.description, 'description', LENGTHS.description, tell);
  const root: JsonObject = { ...tool.inputSchema };
  if (root['type'] !== 'object') tell('inputSchema', 'the root must be an object');
  if (root['additionalProperties'] !== false)
    tell('inputSchema', 'additionalProperties must be false');
  for (const keyword of ['anyOf', 'oneOf', 'allOf', 'not', 'enum', '$ref']) {
    if (keyword in root) tell('inputSchema', `${keyword} at the root`);
  }
  for (const [name, schema] of Object.entries(asObject(root['properties']))) {
    const description = asObject(schema)['description'];
    checkLength(
      typeof description === 'string' ? description : '',
      `inputSchema.${name}`,
      LENGTHS.argument,
      tell,
    );
  }
  lintSchema(root, 'inputSchema', { root, tell, depth: 0 });
  lintCycles(root, tell);
  return findings;
}

type Tell = (place: string, message: string) => void;

function checkLength(
  text: string,
  place: string,
  [least, most]: readonly [number, number],
  tell: Tell,
): void {
  if (text.trim() === '') tell(place, 'description or title is missing');
  else if (text.length < least || text.length > most) {
    tell(place, `${text.length} characters of text, ${least} to ${most} are sane`);
  }
}

interface Walk {
  readonly root: JsonObject;
  readonly tell: Tell;
  readonly depth: number;
}

function lintSchema(schema: JsonObject, place: string, walk: Walk): void {
  const { root, tell } = walk;
  if (walk.depth > MAX_DEPTH) {
    tell(place, `nested deeper than ${MAX_DEPTH}`);
    return;
  }
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = /^#\/\$defs\/([^/]+)$/.exec(reference)?.[1];
    if (name === undefined) tell(place, `$ref ${reference} is not local`);
    else if (!(name in asObject(root['$defs']))) tell(place, `$ref ${reference} points to nothing`);
  }
  const values = schema['enum'];
  if (
    Array.isArray(values) &&
    !values.every((value) => typeof value === 'string' || value === null)
  ) {
    tell(place, 'enum with something else than text');
  }
  if ('const' in schema && typeof schema['const'] !== 'string') tell(place, 'const is not text');
  const format = schema['format'];
  if (format !== undefined && !(typeof format === 'string' && FORMATS.includes(format)))
    tell(place, `format ${JSON.stringify(format)}`);
  if (schema['type'] === 'array' && !('items' in schema)) tell(place, 'array without items');
  for (const [name, inner] of innerSchemas(schema)) {
    lintSchema(inner, `${place}.${name}`, { ...walk, depth: walk.depth + 1 });
  }
  for (const name of Object.keys(asObject(schema['properties']))) {
    if (!PROPERTY_NAME.test(name)) tell(place, `property name ${name}`);
  }
}

function innerSchemas(schema: JsonObject): [string, JsonObject][] {
  const found: [string, unknown][] = [];
  for (const keyword of ['properties', 'patternProperties', '$defs'])
    found.push(...Object.entries(asObject(schema[keyword])));
  for (const keyword of ['items', 'additionalProperties', 'not'])
    found.push([keyword, schema[keyword]]);
  for (const keyword of ['anyOf', 'oneOf', 'allOf', 'prefixItems']) {
    const branches = schema[keyword];
    if (Array.isArray(branches))
      found.push(
        ...branches.map((branch, index): [string, unknown] => [`${keyword}[${index}]`, branch]),
      );
  }
  return found.filter((entry): entry is [string, JsonObject] => isObject(entry[1]));
}

/** A definition that nothing in it needs twice should have been written in place. */
function lintCycles(root: JsonObject, tell: Tell): void {
  for (const [name, definition] of Object.entries(asObject(root['$defs']))) {
    if (!JSON.stringify([definition, root['$defs']]).includes(`"#/$defs/${name}"`)) {
      tell(`$defs.${name}`, 'not recursive: write it in place');
    }
  }
}

export function lintTables(folder: string = OPENAPI_FOLDER): Finding[] {
  const findings = new Map<string, Finding>();
  for (const release of RELEASES) {
    const file = join(folder, 'generated', `${release}.json`);
    if (!existsSync(file)) throw new UsageError(`${file} is missing: npm run generate`);
    const table = JSON.parse(readFileSync(file, 'utf8')) as ReleaseTable;
    for (const finding of Object.values(table.tools).flatMap(lintTool)) {
      findings.set(`${finding.tool} ${finding.place} ${finding.message}`, finding);
    }
  }
  return [...findings.values()];
}

function main(args: string[]): number {
  const { values } = parseArgs({ args, options: { json: { type: 'boolean', default: false } } });
  const findings = lintTables();
  if (values.json) process.stdout.write(`${JSON.stringify(findings)}\n`);
  else {
    for (const { tool, place, message } of findings)
      process.stdout.write(`${tool}: ${place}: ${message}\n`);
    process.stdout.write(`${findings.length} findings\n`);
  }
  return findings.length > 0 ? 1 : 0;
}

if (import.meta.main) await runCommand(HELP, main);
