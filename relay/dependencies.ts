import { randomUUID } from 'node:crypto';
import { scopeFacts } from './composition/scope-index.ts';
import type { ScopeFacts } from './composition/scope-index.ts';
import type { SignIn } from './composition/sign-in.ts';
import { ConfigurationError } from './config.ts';
import type { Config, NextcloudConfig } from './config.ts';
import type { SignInConfig } from './config/sign-in.ts';
import { DEFAULT_TOOLSETS } from './config/toolsets.ts';
import { appPasswordBearer } from './credentials/app-password-bearer.ts';
import { singleUser } from './credentials/single-user.ts';
import type { Logger } from './log.ts';
import { noMetrics } from './metrics/metrics.ts';
import type { Metrics } from './metrics/metrics.ts';
import { Catalogue } from './mcp/catalogue.ts';
import { instructionsFor } from './mcp/instructions.ts';
import type { ServerDependencies } from './mcp/server.ts';
import type { Session } from './mcp/session.ts';
import { didYouMean } from './nearest.ts';
import { openServer } from './nextcloud/connect.ts';
import type { ConnectedNextcloud, NextcloudServer } from './nextcloud/connect.ts';
import { createHttpClient } from './nextcloud/http.ts';
import type { HttpOptions } from './nextcloud/http.ts';
import { RelayError } from './errors.ts';
import { builtInReader } from './tools/files/document-reading.ts';
import { unstructuredReader } from './tools/files/unstructured-reader.ts';
import { composedToolsWith } from './tools/index.ts';
import type { DefinedTool } from './tools/tool.ts';
import { PRODUCT } from './version.ts';

/** Everything the entrances (HTTP, stdio, doctor) work with, put together once. */
export interface Dependencies {
  readonly config: Config;
  readonly log: Logger;
  readonly metrics: Metrics;
  readonly catalogue: Catalogue;
  readonly mcp: ServerDependencies;
  /** Answers come from recordings. */
  readonly demo: boolean;
  /** Where people sign in; undefined where a single user is served. */
  readonly signIn: (SignIn & { readonly scopes: ScopeFacts }) | undefined;
  /** Resolves when what the gateway stands on answers. @throws RelayError */
  ready(): Promise<void>;
  close(): Promise<void> | void;
}

/** Those of a gateway that works for one user. */
export interface SingleUserDependencies extends Dependencies {
  readonly nextcloud: ConnectedNextcloud;
  /** The same Nextcloud with the app password sent as a bearer, for the doctor's comparison. */
  asBearer(): ConnectedNextcloud;
  readonly session: Session;
  readonly signIn: undefined;
  close(): void;
}

interface CommonOptions {
  readonly config: Config;
  readonly log: Logger;
  /** Nothing is counted unless told. */
  readonly metrics?: Metrics;
  readonly demo?: boolean;
  /** Injected by tests and replays, where nothing may be random. */
  readonly now?: () => Date;
  readonly newId?: () => string;
}

export interface DependencyOptions extends CommonOptions {
  /** The Nextcloud to use: the configured one, or the recorded one of the demo. */
  readonly nextcloud: NextcloudConfig;
}

/** Composition root of single-user mode. Nothing is sent yet. */
export function composeDependencies(options: DependencyOptions): SingleUserDependencies {
  const { config, log, metrics = noMetrics, demo = false } = options;
  const { host, publicUrl, username, password } = options.nextcloud;
  const server = nextcloudServer(config, host, publicUrl, { log, metrics });
  const nextcloud = server.as(singleUser(username, password));
  const session: Session = { nextcloud, scopes: 'unrestricted', key: 'single-user' };
  const catalogue = catalogueOf(config, configuredTools(config));
  return {
    config,
    log,
    metrics,
    nextcloud,
    asBearer: () => server.as(appPasswordBearer(password)),
    catalogue,
    session,
    mcp: { ...mcpOf(options, catalogue), session: () => session },
    demo,
    signIn: undefined,
    async ready() {
      await nextcloud.capabilities();
    },
    close: () => server.close(),
  };
}

export interface SignInDependencyOptions extends CommonOptions {
  readonly signIn: SignInConfig;
}

/** Composition root of a gateway where people sign in. Opens the store. */
export async function composeSignInDependencies(
  options: SignInDependencyOptions,
): Promise<Dependencies> {
  const { config, signIn: wanted, log, metrics = noMetrics, now = () => new Date() } = options;
  const { host, publicUrl } = wanted.nextcloud;
  const nextcloud = nextcloudServer(config, host, publicUrl, { log, metrics });
  const agents = httpOptions(config);
  // loaded only here: one user alone needs neither a store nor an identity provider
  const { composeSignIn } = await import('./composition/sign-in.ts');
  const signIn = await composeSignIn({
    signIn: wanted,
    nextcloud,
    agents,
    readOnly: config.tools.readOnly,
    log,
    now,
  });
  const catalogue = catalogueOf(config, [...configuredTools(config), ...signIn.tools]);
  const scopes = scopeFacts(catalogue);
  await signIn.open(scopes);
  const probe = createHttpClient(agents);
  return {
    config,
    log,
    metrics,
    catalogue,
    mcp: {
      ...mcpOf(options, catalogue),
      session: (context) => signIn.session(context),
      signIn: signIn.server,
    },
    demo: false,
    signIn: { ...signIn, scopes },
    async ready() {
      await signIn.store.ping();
      const { status } = await probe.send({
        method: 'GET',
        url: `${host}/status.php`,
        headers: {},
      });
      if (status !== 200) throw new RelayError('unavailable', 'Nextcloud is not ready.');
    },
    async close() {
      await signIn.close();
      probe.close();
      nextcloud.close();
    },
  };
}

function configuredTools({ documents }: Config): readonly DefinedTool[] {
  if (!documents.read) return composedToolsWith({ documents: [] });
  const { unstructured } = documents;
  const external = unstructured === undefined ? [] : [unstructuredReader(unstructured)];
  return composedToolsWith({ documents: [...external, builtInReader()] });
}

/** How every Nextcloud and identity provider of this configuration is reached. */
export function httpOptions(config: Config): HttpOptions {
  return {
    timeoutMs: config.timeoutMs,
    ...(config.tls.ca === undefined ? {} : { caBundle: config.tls.ca }),
    ...(config.tls.verify ? {} : { rejectUnauthorized: false }),
  };
}

function nextcloudServer(
  config: Config,
  baseUrl: string,
  publicUrl: string,
  told: { readonly log: Logger; readonly metrics: Metrics },
): NextcloudServer {
  return openServer({ ...httpOptions(config), baseUrl, publicUrl, ...told });
}

function catalogueOf(config: Config, composed: readonly DefinedTool[]): Catalogue {
  const { toolsets, surface, readOnly } = config.tools;
  const { json, binary } = config.limits;
  const catalogue = new Catalogue({
    composed,
    limits: { json, binary },
    toolsets,
    surface,
    readOnly,
  });
  if (toolsets !== undefined) refuseUnknownToolsets(toolsets.named, catalogue.toolsets());
  return catalogue;
}

function mcpOf(
  { config, log, metrics = noMetrics, demo = false, now, newId }: CommonOptions,
  catalogue: Catalogue,
): Omit<ServerDependencies, 'session'> {
  const { toolsets, surface, readOnly } = config.tools;
  const chosenToolsets = toolsets !== undefined;
  return {
    catalogue,
    info: {
      name: PRODUCT.name,
      title: demo ? 'Nextcloud (demo from recordings)' : 'Nextcloud',
      version: PRODUCT.version,
    },
    instructions: instructionsFor({ readOnly, surface, chosenToolsets, demo }),
    metrics,
    report(tool, error) {
      const level = error.code === 'internal' ? 'error' : 'info';
      log[level]('tool failed', {
        tool,
        reason: error.code,
        status: error.status,
        cause: error.cause,
      });
    },
    now: now ?? (() => new Date()),
    newId: newId ?? randomUUID,
  };
}

function refuseUnknownToolsets(named: ReadonlySet<string>, known: ReadonlySet<string>): void {
  // The daily toolsets are named by `default` whether or not a release has tools in them.
  const existing = new Set([...known, ...DEFAULT_TOOLSETS]);
  const unknown = [...named].filter((name) => !existing.has(name));
  if (unknown.length === 0) return;
  const hint = `Toolsets: ${[...known].sort().join(', ')}; also default and all.`;
  throw new ConfigurationError(
    unknown.map((name) => {
      const message = `there is no toolset ${JSON.stringify(name)}.${didYouMean(name, known)}`;
      return { setting: 'MCP_TOOLSETS', message, hint };
    }),
  );
}
