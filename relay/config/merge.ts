import { parseEnv } from 'node:util';
import { didYouMean, nearest, slipOf } from '../nearest.ts';
import type { Problem } from './problem.ts';
import { FILE_SUFFIX, FOREIGN_NAMES, LATER_NAMES, SETTINGS } from './settings.ts';
import type { Setting } from './settings.ts';

type Environment = Readonly<Record<string, string | undefined>>;

export interface Sources {
  /** Values of command line flags by setting name; they win. */
  readonly flags: Environment;
  readonly environment: Environment;
  /** Text of a `.env` file; the environment wins over it. */
  readonly dotenv?: string;
  readonly readFile: (path: string) => string;
}

export interface Merged {
  /** Setting → trimmed value; empty ones are left out. */
  readonly values: ReadonlyMap<string, string>;
  readonly problems: readonly Problem[];
  /** Worth telling, but no reason to stop. */
  readonly notes: readonly string[];
}

/** Brings flags, environment and `.env` together under the settings' own names. */
export function merge(sources: Sources): Merged {
  const environment = present({ ...parsed(sources.dotenv), ...present(sources.environment) });
  const flags = present(sources.flags);
  const values = new Map<string, string>();
  const problems: Problem[] = unknownNames(environment);
  const notes: string[] = [];
  for (const setting of SETTINGS as readonly Setting[]) {
    const given =
      flags[setting.name] ?? environmentValue(setting, environment, sources, problems, notes);
    if (given !== undefined) values.set(setting.name, given);
  }
  notes.push(...laterNames(environment));
  return { values, problems, notes };
}

function parsed(dotenv: string | undefined): Environment {
  // editors on Windows begin files with a byte order mark, which would become part of the first name
  return dotenv === undefined ? {} : parseEnv(dotenv.replace(/^\uFEFF/, ''));
}

/** An empty value is how Compose files say "not set". */
function present(environment: Environment): Record<string, string> {
  return Object.fromEntries(
    Object.entries(environment).flatMap(([name, value]) =>
      value?.trim() ? [[name, value.trim()]] : [],
    ),
  );
}

function environmentValue(
  setting: Setting,
  environment: Readonly<Record<string, string>>,
  sources: Sources,
  problems: Problem[],
  notes: string[],
): string | undefined {
  const found = namesOf(setting).filter((name) => environment[name] !== undefined);
  const [name, ...others] = found;
  if (name === undefined) return undefined;
  const different = others.find((other) => environment[other] !== environment[name]);
  if (different !== undefined) {
    problems.push({
      setting: name,
      message: `${different} says something else`,
      hint: 'Keep one of them.',
    });
  }
  const base =
    name.endsWith(FILE_SUFFIX) && setting.kind === 'secret'
      ? name.slice(0, -FILE_SUFFIX.length)
      : name;
  if (base !== setting.name) notes.push(`${name} is read as ${setting.name}.`);
  const value = environment[name];
  return base === name ? value : secretFromFile(name, value, sources, problems);
}

function secretFromFile(
  name: string,
  path: string | undefined,
  sources: Sources,
  problems: Problem[],
): string | undefined {
  try {
    const secret = sources.readFile(path ?? '').trim();
    if (secret !== '') return secret;
    problems.push({ setting: name, message: 'the file is empty' });
  } catch {
    problems.push({ setting: name, message: `the file ${JSON.stringify(path)} cannot be read` });
  }
  return undefined;
}

function namesOf(setting: Setting): readonly string[] {
  const names = [setting.name, ...(setting.aliases ?? [])];
  return setting.kind === 'secret' ? [...names, ...names.map((name) => name + FILE_SUFFIX)] : names;
}

/**
 * A misspelt name of ours would be ignored without a word (an allow-list that lets everybody in): refused instead. Other
 * programs have names in the environment too, so without our prefix only what is nearly one of ours counts.
 */
function unknownNames(environment: Readonly<Record<string, string>>): Problem[] {
  const known = (SETTINGS as readonly Setting[]).flatMap(namesOf);
  const heardOf = new Set([...known, ...LATER_NAMES, ...FOREIGN_NAMES]);
  const isMeantForUs = (name: string): boolean =>
    /^(?:NEXTCLOUD|MCP)_/.test(name) || slipOf(name, known) !== undefined || isFileOf(name, known);
  return Object.entries(environment)
    .filter(([name, value]) => !heardOf.has(name) && !isServiceLink(name, value))
    .map(([name]) => name)
    .filter(isMeantForUs)
    .map((name) => ({
      setting: name,
      message: `is not a setting of this gateway.${didYouMean(name, known)}`,
      hint:
        nearest(name, known) === undefined
          ? 'Run with --help to see all settings.'
          : 'Rename or remove it.',
    }));
}

/** A file for a setting that is no secret; bare words are anybody's. */
function isFileOf(name: string, known: readonly string[]): boolean {
  const base = name.endsWith(FILE_SUFFIX) ? name.slice(0, -FILE_SUFFIX.length) : '';
  return base.includes('_') && known.includes(base);
}

/** What Kubernetes puts into every container about each service of its namespace, often one called `nextcloud`. */
function isServiceLink(name: string, value: string): boolean {
  return (
    /_SERVICE_(?:HOST|PORT(?:_\w+)?)$/.test(name) ||
    /_PORT_\d+_(?:TCP|UDP|SCTP)(?:_(?:PROTO|PORT|ADDR))?$/.test(name) ||
    (name.endsWith('_PORT') && /^(?:tcp|udp|sctp):\/\//.test(value))
  );
}

function laterNames(environment: Readonly<Record<string, string>>): string[] {
  const given = LATER_NAMES.filter((name) => environment[name] !== undefined);
  if (given.length === 0) return [];
  return [`Without effect in this gateway: ${given.join(', ')}.`];
}
