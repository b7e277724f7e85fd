import { RELEASES, releaseFor, releaseTable } from '../../openapi/index.ts';
import type { Operation, Release, ReleaseTable } from '../../openapi/index.ts';
import { RelayError } from '../errors.ts';
import { silentLogger } from '../log.ts';
import type { Logger } from '../log.ts';
import { noMetrics } from '../metrics/metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import { askCapabilities } from './capabilities.ts';
import { CookieJars } from './cookies.ts';
import type { Credential } from './credential.ts';
import { Drift } from './drift.ts';
import type { DriftEntry } from './drift.ts';
import { EmptyMaps } from './empty-maps.ts';
import { createExchange } from './exchange.ts';
import type { Exchange } from './exchange.ts';
import { execute } from './execute.ts';
import type { ExecuteContext } from './execute.ts';
import { createHttpClient } from './http.ts';
import type { HttpOptions } from './http.ts';
import { measuredHttp } from './measured-http.ts';
import type { Capabilities, ExecuteOptions, Nextcloud, Reply } from './nextcloud.ts';
import { askNavigation, presentAmong } from './presence.ts';
import { remember } from './remembered.ts';
import type { Remembered } from './remembered.ts';
import { REAL_PAUSES } from './retry.ts';
import type { Pauses } from './retry.ts';
import { normalServerUrl } from './server-url.ts';
import { askUserId } from './user-id.ts';

export interface ServerOptions extends HttpOptions {
  /** Root URL, a sub-path is fine: `https://cloud.example.org/nextcloud`. */
  readonly baseUrl: string;
  /** URL people open in a browser, where it differs. */
  readonly publicUrl?: string;
  /** Documents to use; default those that fit the version the server tells on first use. */
  readonly release?: Release;
  readonly log?: Logger;
  readonly metrics?: Metrics;
  /** Where tables come from; default the generated ones. */
  readonly table?: (release: Release) => ReleaseTable;
  readonly pauses?: Pauses;
}

/** One Nextcloud server: pool, cookie jars and caches, shared by all its users in this process. */
export interface NextcloudServer {
  /** Cheap: make one per request. */
  as(credential: Credential): ConnectedNextcloud;
  /** Operations whose real answers strayed from their documents. */
  driftReport(): DriftEntry[];
  /** Drops idle connections. */
  close(): void;
}

export interface ConnectedNextcloud extends Nextcloud {
  /** Requests below the operations, for DAV and for streams. */
  readonly exchange: Exchange;
}

const NO_MENU: ReadonlySet<string> = new Set();
const CAPABILITIES_SECONDS = 60;
const USER_ID_SECONDS = 3600;

/** The tables of a release with what is built over them. */
interface Reading {
  readonly table: ReleaseTable;
  readonly emptyMaps: EmptyMaps;
  readonly drift: Drift;
}

interface Shared {
  readonly baseUrl: string;
  /** Its path: empty, or `/nextcloud`. */
  readonly basePath: string;
  readonly publicUrl: string;
  readonly capabilities: Remembered<Capabilities>;
  readonly navigation: Remembered<ReadonlySet<string>>;
  readonly userIds: Remembered<string>;
  /** The release in use; undefined while the server was not asked. */
  release(): Release | undefined;
  learn(version: Capabilities['version']): void;
  reading(release: Release): Reading;
}

/** @throws RelayError `configuration` for an unusable address or CA bundle */
export function openServer(options: ServerOptions): NextcloudServer {
  const http = measuredHttp(createHttpClient(options), options.metrics ?? noMetrics);
  const jars = new CookieJars();
  const readings = new Map<Release, Reading>();
  const shared = share(options, readings);
  return {
    as(credential) {
      const exchange = createExchange({
        http,
        baseUrl: shared.baseUrl,
        credential,
        cookies: jars.for(credential.cacheKey),
        pauses: options.pauses ?? REAL_PAUSES,
        log: options.log ?? silentLogger,
      });
      return bind(shared, exchange, credential.cacheKey);
    },
    driftReport: () => [...readings.values()].flatMap(({ drift }) => drift.report()),
    close: () => http.close(),
  };
}

/** One server with one user; with several users open the server once and bind each with `as`. */
export function connectNextcloud(
  options: ServerOptions & { readonly credential: Credential },
): ConnectedNextcloud {
  return openServer(options).as(options.credential);
}

function share(options: ServerOptions, readings: Map<Release, Reading>): Shared {
  const baseUrl = normalServerUrl(options.baseUrl);
  let release = options.release;
  return {
    baseUrl,
    basePath: new URL(baseUrl).pathname.replace(/\/$/, ''),
    publicUrl: options.publicUrl === undefined ? baseUrl : normalServerUrl(options.publicUrl),
    capabilities: remember(CAPABILITIES_SECONDS),
    navigation: remember(CAPABILITIES_SECONDS),
    userIds: remember(USER_ID_SECONDS),
    release: () => release,
    learn(version) {
      release = options.release ?? releaseFor(version.major);
    },
    reading(wanted) {
      let reading = readings.get(wanted);
      if (reading === undefined) {
        const table = (options.table ?? releaseTable)(wanted);
        const { definitions } = table;
        reading = { table, emptyMaps: new EmptyMaps(definitions), drift: new Drift(definitions) };
        readings.set(wanted, reading);
      }
      return reading;
    },
  };
}

function bind(shared: Shared, exchange: Exchange, cacheKey: string): ConnectedNextcloud {
  const capabilities = (): Promise<Capabilities> =>
    shared.capabilities.get(cacheKey, async () => {
      const known = await askCapabilities(exchange);
      shared.learn(known.version);
      return known;
    });

  async function reading(): Promise<Reading> {
    let release = shared.release();
    if (release === undefined) {
      await capabilities();
      release = shared.release();
    }
    return shared.reading(release ?? RELEASES[0]);
  }

  async function executeByKey(
    key: string,
    args: Readonly<Record<string, unknown>>,
    options?: ExecuteOptions,
  ): Promise<Reply<unknown>> {
    const { table, ...how } = await reading();
    const context: ExecuteContext = { exchange, basePath: shared.basePath, ...how };
    return execute(operationOf(table, key), args, context, options);
  }

  return {
    baseUrl: shared.baseUrl,
    publicUrl: shared.publicUrl,
    exchange,
    get release() {
      return shared.release() ?? RELEASES[0];
    },
    executeByKey,
    // the key's types come from the documents, the answer from the server: nothing at run time joins them
    execute: executeByKey,
    userId: () => shared.userIds.get(cacheKey, () => askUserId(exchange)),
    capabilities,
    async presentApps() {
      const { capabilities: known } = await capabilities();
      const { apps } = (await reading()).table;
      const asksMenu = Object.values(apps).some(({ presence }) => 'navigation' in presence);
      const navigation = asksMenu
        ? await shared.navigation.get(cacheKey, () => askNavigation(exchange))
        : NO_MENU;
      return presentAmong(apps, { capabilities: known, navigation });
    },
  };
}

function operationOf(table: ReleaseTable, key: string): Operation {
  const operation = Object.hasOwn(table.operations, key) ? table.operations[key] : undefined;
  if (operation !== undefined) return operation;
  throw new RelayError('unsupported', `Nextcloud ${table.release} has no operation '${key}'.`);
}
