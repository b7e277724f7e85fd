import { randomUUID } from 'node:crypto';
import { ConfigurationError } from './config.ts';
import type { Config, NextcloudConfig } from './config.ts';
import { appPasswordBearer } from './credentials/app-password-bearer.ts';
import { singleUser } from './credentials/single-user.ts';
import type { Logger } from './log.ts';
import { Catalogue } from './mcp/catalogue.ts';
import { didYouMean } from './nearest.ts';
import { instructionsFor } from './mcp/instructions.ts';
import type { ServerDependencies } from './mcp/server.ts';
import type { Session } from './mcp/session.ts';
import { DEFAULT_TOOLSETS } from './config/toolsets.ts';
import { openServer } from './nextcloud/connect.ts';
import type { ConnectedNextcloud } from './nextcloud/connect.ts';
import { composedTools } from './tools/index.ts';
import { PRODUCT } from './version.ts';

/** Everything the entrances (HTTP, stdio, doctor) work with, put together once. */
export interface Dependencies {
  readonly config: Config;
  readonly log: Logger;
  readonly nextcloud: ConnectedNextcloud;
  /** The same Nextcloud with the app password sent as a bearer, for the doctor's comparison. */
  asBearer(): ConnectedNextcloud;
  readonly catalogue: Catalogue;
  readonly session: Session;
  readonly mcp: ServerDependencies;
  /** Answers come from recordings. */
  readonly demo: boolean;
  close(): void;
}

export interface DependencyOptions {
  readonly config: Config;
  /** The Nextcloud to use: the configured one, or the recorded one of the demo. */
  readonly nextcloud: NextcloudConfig;
  readonly log: Logger;
  readonly demo?: boolean;
  /** Injected by tests and replays, where nothing may be random. */
  readonly now?: () => Date;
  readonly newId?: () => string;
}

/** Composition root of single-user mode. Nothing is sent yet. */
export function composeDependencies(options: DependencyOptions): Dependencies {
  const { config, log, demo = false } = options;
  const { host, publicUrl, username, password } = options.nextcloud;
  const server = openServer({
    baseUrl: host,
    publicUrl,
    timeoutMs: config.timeoutMs,
    ...(config.tls.ca === undefined ? {} : { caBundle: config.tls.ca }),
    ...(config.tls.verify ? {} : { rejectUnauthorized: false }),
    log,
  });
  const nextcloud = server.as(singleUser(username, password));
  const { toolsets, surface, readOnly } = config.tools;
  const { json, binary } = config.limits;
  const catalogue = new Catalogue({
    composed: composedTools,
    limits: { json, binary },
    toolsets,
    surface,
    readOnly,
  });
  if (toolsets !== undefined) refuseUnknownToolsets(toolsets.named, catalogue.toolsets());
  const session: Session = { nextcloud, scopes: 'unrestricted', key: 'single-user' };
  const mcp: ServerDependencies = {
    catalogue,
    session: () => session,
    info: {
      name: PRODUCT.name,
      title: demo ? 'Nextcloud (demo from recordings)' : 'Nextcloud',
      version: PRODUCT.version,
    },
    instructions: instructionsFor({
      readOnly,
      surface,
      chosenToolsets: toolsets !== undefined,
      demo,
    }),
    report(tool, error) {
      const level = error.code === 'internal' ? 'error' : 'info';
      log[level]('tool failed', {
        tool,
        reason: error.code,
        status: error.status,
        cause: error.cause,
      });
    },
    now: options.now ?? (() => new Date()),
    newId: options.newId ?? randomUUID,
  };
  return {
    config,
    log,
    nextcloud,
    asBearer: () => server.as(appPasswordBearer(password)),
    catalogue,
    session,
    mcp,
    demo,
    close: () => server.close(),
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
