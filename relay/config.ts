import { X509Certificate } from 'node:crypto';
import { hostNamed, isLoopback, LOOPBACK_NAMES } from './config/hostnames.ts';
import { DEFAULT_TOOLSETS } from './config/toolsets.ts';
import type { ToolsetChoice } from './config/toolsets.ts';
import { merge } from './config/merge.ts';
import type { Sources } from './config/merge.ts';
import { ConfigurationError } from './config/problem.ts';
import type { Problem } from './config/problem.ts';
import { validate } from './config/validate.ts';
import type { Settings } from './config/validate.ts';
import { signInConfig, signInMode, signInProblems } from './config/sign-in.ts';
import type { SignInConfig } from './config/sign-in.ts';

export { ConfigurationError };

/** The Nextcloud to stand beside, and as whom. */
export interface NextcloudConfig {
  /** Root address without a trailing slash. */
  readonly host: string;
  readonly publicUrl: string;
  readonly username: string;
  readonly password: string;
}

export interface UnstructuredConfig {
  readonly url: string;
  readonly apiKey?: string;
  readonly strategy: Settings['UNSTRUCTURED_STRATEGY'];
  readonly languages: readonly string[];
  readonly timeoutMs: number;
  readonly progressMs: number;
}

export interface Config {
  /** The one user to act as. Undefined without `signIn`: serve the demo from recordings. */
  readonly nextcloud: NextcloudConfig | undefined;
  /** People sign in, each with their own Nextcloud account; excludes `nextcloud`. */
  readonly signIn: SignInConfig | undefined;
  readonly tls: { readonly ca: string | undefined; readonly verify: boolean };
  readonly timeoutMs: number;
  readonly listen: { readonly host: string; readonly port: number };
  /** Where `/metrics` is served; undefined: nothing is counted. */
  readonly metricsPort: number | undefined;
  readonly bearerToken: string | undefined;
  readonly allowedHosts: ReadonlySet<string>;
  readonly allowedOrigins: ReadonlySet<string>;
  readonly tools: {
    /** Undefined when nobody chose. */
    readonly toolsets: ToolsetChoice | undefined;
    readonly surface: 'full' | 'compact';
    readonly readOnly: boolean;
  };
  readonly documents: {
    /** Text is read out of documents at all. */
    readonly read: boolean;
    /** A service to ask first. */
    readonly unstructured: UnstructuredConfig | undefined;
  };
  readonly limits: { readonly body: number; readonly json: number; readonly binary: number };
  readonly log: { readonly level: Settings['LOG_LEVEL']; readonly format: Settings['LOG_FORMAT'] };
  /** For the log at start: aliases in use, names without effect. */
  readonly notes: readonly string[];
}

/** The whole configuration, checked and frozen. Throws ConfigurationError with every problem found. */
export function readConfig(sources: Sources): Config {
  const merged = merge(sources);
  const checked = validate(merged.values);
  const own = 'problems' in checked ? checked.problems : [];
  const values = 'settings' in checked ? checked.settings : undefined;
  const crossed = together(merged.values);
  const bundle = merged.values.get('NEXTCLOUD_CA_BUNDLE');
  const ca = bundle === undefined ? undefined : readAuthorities(bundle, sources);
  const problems = [...merged.problems, ...own, ...crossed, ...(ca?.problems ?? [])];
  if (values === undefined || problems.length > 0) throw new ConfigurationError(problems);
  const mode = signInMode(merged.values);
  const signIn =
    mode === undefined || values.NEXTCLOUD_HOST === undefined
      ? undefined
      : signInConfig(mode, values, values.NEXTCLOUD_HOST);
  const notes = [...merged.notes, ...withoutEffect(merged.values, signIn)];
  return deepFreeze(configOf(values, signIn, ca?.pem, notes));
}

/** Settings that are there and do nothing in this mode; saying so beats silence. */
function withoutEffect(
  values: ReadonlyMap<string, string>,
  signIn: SignInConfig | undefined,
): string[] {
  return idleNames(signIn).flatMap(([idle, why]) => {
    const names = idle.filter((name) => values.has(name));
    return names.length === 0 ? [] : [`Without effect, because ${why}: ${names.join(', ')}.`];
  });
}

type Idle = readonly [names: readonly string[], why: string];

function idleNames(signIn: SignInConfig | undefined): readonly Idle[] {
  switch (signIn?.mode) {
    case undefined:
      return [[[...PROVIDER_NAMES, ...EMBEDDED_NAMES], 'a single user is served']];
    case 'provider':
      return [
        [['MCP_BEARER_TOKEN', ...EMBEDDED_NAMES], 'people sign in at the identity provider'],
        ...(signIn.credential === 'app-password' ? [APP_PASSWORDS] : []),
        ...(signIn.client === undefined ? [] : [REGISTERED]),
      ];
    case 'embedded':
      return [
        [
          ['MCP_BEARER_TOKEN', ...PROVIDER_NAMES.filter((name) => name !== 'ALLOWED_MCP_CLIENTS')],
          'people sign in with their Nextcloud account',
        ],
      ];
  }
}

/** There is no token of the provider's that could work for somebody who is away. */
const APP_PASSWORDS: Idle = [['ENABLE_OFFLINE_ACCESS'], 'people connect by app passwords'];

const REGISTERED: Idle = [['OIDC_INITIAL_ACCESS_TOKEN'], 'OIDC_CLIENT_ID names a client'];

const PROVIDER_NAMES = [
  'OIDC_DISCOVERY_URL',
  'OIDC_ISSUER',
  'OIDC_CLIENT_ID',
  'OIDC_CLIENT_SECRET',
  'OIDC_INITIAL_ACCESS_TOKEN',
  'ENABLE_TOKEN_EXCHANGE',
  'ENABLE_MULTI_AUDIENCE',
  'ENABLE_OFFLINE_ACCESS',
  'ALLOWED_MCP_CLIENTS',
];

const EMBEDDED_NAMES = ['NEXTCLOUD_OAUTH2_CLIENT_ID', 'NEXTCLOUD_OAUTH2_CLIENT_SECRET'];

function configOf(
  values: Settings,
  signIn: SignInConfig | undefined,
  ca: string | undefined,
  notes: readonly string[],
): Config {
  const {
    NEXTCLOUD_HOST: host,
    NEXTCLOUD_USERNAME: username,
    NEXTCLOUD_PASSWORD: password,
  } = values;
  return {
    nextcloud:
      host === undefined || username === undefined || password === undefined
        ? undefined
        : { host, username, password, publicUrl: values.NEXTCLOUD_PUBLIC_URL ?? host },
    signIn,
    tls: { ca, verify: values.NEXTCLOUD_VERIFY_SSL },
    timeoutMs: values.NEXTCLOUD_TIMEOUT * 1000,
    listen: { host: values.HOST, port: values.PORT },
    metricsPort: values.METRICS_PORT,
    bearerToken: values.MCP_BEARER_TOKEN,
    allowedHosts: new Set([
      ...LOOPBACK_NAMES,
      ...ownName(values.HOST),
      ...(signIn === undefined ? [] : [new URL(signIn.publicUrl).hostname.toLowerCase()]),
      ...(values.MCP_ALLOWED_HOSTS ?? []).flatMap(ownName),
    ]),
    allowedOrigins: new Set((values.MCP_ALLOWED_ORIGINS ?? []).map(originOf)),
    tools: {
      toolsets: toolsetChoice(values.MCP_TOOLSETS),
      surface: values.MCP_TOOL_SURFACE,
      readOnly: values.MCP_READ_ONLY,
    },
    documents: { read: values.ENABLE_DOCUMENT_PROCESSING, unstructured: unstructured(values) },
    limits: {
      body: values.MCP_MAX_BODY_BYTES,
      json: values.MCP_MAX_RESULT_BYTES,
      binary: values.MCP_MAX_FILE_BYTES,
    },
    log: { level: values.LOG_LEVEL, format: values.LOG_FORMAT },
    notes,
  };
}

function unstructured(values: Settings): UnstructuredConfig | undefined {
  const { UNSTRUCTURED_API_URL: url, UNSTRUCTURED_API_KEY: apiKey } = values;
  if (url === undefined) return undefined;
  return {
    url,
    ...(apiKey === undefined ? {} : { apiKey }),
    strategy: values.UNSTRUCTURED_STRATEGY,
    languages: values.UNSTRUCTURED_LANGUAGES,
    timeoutMs: values.UNSTRUCTURED_TIMEOUT * 1000,
    progressMs: values.PROGRESS_INTERVAL * 1000,
  };
}

export function toolsetChoice(names: readonly string[] | undefined): ToolsetChoice | undefined {
  if (names === undefined) return undefined;
  const named = names.flatMap((name) => (name === 'default' ? DEFAULT_TOOLSETS : [name]));
  return { all: names.includes('all'), named: new Set(named.filter((name) => name !== 'all')) };
}

/** Rules about several settings. They look at what was written, so that they speak even when a value is wrong. */
function together(values: ReadonlyMap<string, string>): Problem[] {
  const mode = signInMode(values);
  const signsIn = mode !== undefined;
  const problems: Problem[] = signsIn ? signInProblems(mode, values) : [];
  const nextcloud = ['NEXTCLOUD_HOST', 'NEXTCLOUD_USERNAME', 'NEXTCLOUD_PASSWORD'];
  if (!signsIn && nextcloud.some((name) => values.has(name))) {
    for (const name of nextcloud.filter((candidate) => !values.has(candidate))) {
      const others = nextcloud.filter((other) => other !== name).join(' and ');
      problems.push({
        setting: name,
        message: 'is missing',
        hint: `It is needed together with ${others}. Where people sign in with their own accounts instead, set NEXTCLOUD_MCP_SERVER_URL.`,
      });
    }
  }
  const host = values.get('HOST');
  if (host !== undefined && !signsIn && !isLoopback(host) && !values.has('MCP_BEARER_TOKEN')) {
    problems.push({
      setting: 'HOST',
      message: `${host} can be reached from other machines, and nobody would be asked who they are`,
      hint: 'Set MCP_BEARER_TOKEN, or listen on 127.0.0.1.',
    });
  }
  return problems;
}

function readAuthorities(path: string, sources: Sources): { pem?: string; problems: Problem[] } {
  try {
    const pem = sources.readFile(path);
    // Throws when there is no certificate in it; a wrong file would only show at the first request.
    new X509Certificate(pem);
    return { pem, problems: [] };
  } catch {
    return {
      problems: [
        {
          setting: 'NEXTCLOUD_CA_BUNDLE',
          message: `no certificates could be read from ${JSON.stringify(path)}`,
          hint: 'It must be a PEM file.',
        },
      ],
    };
  }
}

/** Addresses that stand for all of this machine's are no names. */
function ownName(host: string): string[] {
  const name = hostNamed(host);
  return name === undefined || name === '0.0.0.0' || name === '[::]' ? [] : [name];
}

/** As browsers write it: in lower case, without a usual port. Schemes of other programs have no such rule. */
function originOf(text: string): string {
  return /^https?:/i.test(text) ? new URL(text).origin : text.toLowerCase().replace(/\/$/, '');
}

function deepFreeze<T extends object>(value: T): T {
  for (const inner of Object.values(value)) {
    if (typeof inner === 'object' && inner !== null && !(inner instanceof Set))
      deepFreeze(inner as object);
  }
  return Object.freeze(value);
}
