import type { RequestListener } from 'node:http';
import { createApp } from '../app.ts';
import type { Config, NextcloudConfig } from '../config.ts';
import { ConfigurationError } from '../config.ts';
import { composeDependencies, composeSignInDependencies } from '../dependencies.ts';
import type { Dependencies } from '../dependencies.ts';
import { collectStartUpGarbage } from '../garbage.ts';
import { listen } from '../http/listen.ts';
import type { Listening } from '../http/listen.ts';
import { metricsApp } from '../http/routes/metrics.ts';
import { createLogger } from '../log.ts';
import type { Logger } from '../log.ts';
import { noMetrics } from '../metrics/metrics.ts';
import type { Metrics } from '../metrics/metrics.ts';
import type { PrometheusMetrics } from '../metrics/prometheus.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds that requests under way get when the process is asked to end. */
const GRACE = 10_000;

/** Milliseconds after which a gateway has started: the client that waited for it has its first answers. */
const SETTLING = 3000;

/** Serves `/mcp` until the process is asked to end. */
export async function serve(config: Config, terminal: Terminal): Promise<void> {
  const log = createLogger({
    ...config.log,
    write: (line) => {
      terminal.err(line);
    },
  });
  for (const note of config.notes) log.warn(note);
  if (!config.tls.verify) log.warn('Certificates are not checked (NEXTCLOUD_VERIFY_SSL=false).');
  const metrics = await chooseMetrics(config);
  const composed = await compose(config, log, metrics);
  const { dependencies, nextcloud } = composed;
  const { demo } = dependencies;
  const app = createApp(dependencies);
  const listening = await listenAt(app.express, config, 'PORT', config.listen.port);
  const scraped = await serveMetrics(config, metrics).catch(async (error: unknown) => {
    await listening.stop(0, () => app.close());
    throw error;
  });
  if (demo) terminal.err(banner(listening.url));
  log.info('listening', { url: `${listening.url}/mcp`, nextcloud: demo ? 'demo' : nextcloud });
  if (scraped !== undefined) log.info('metrics', { url: `${scraped.url}/metrics` });
  const started = setTimeout(collectStartUpGarbage, SETTLING);
  await terminal.ended;
  clearTimeout(started);
  log.info('stopping');
  await scraped?.stop(0, () => Promise.resolve());
  await listening.stop(GRACE, () => app.close());
  await composed.close();
}

interface Composed {
  readonly dependencies: Dependencies;
  /** Address of the Nextcloud. */
  readonly nextcloud: string;
  close(): Promise<void>;
}

async function compose(
  config: Config,
  log: Logger,
  metrics: Metrics = noMetrics,
): Promise<Composed> {
  if (config.signIn !== undefined) {
    const { signIn } = config;
    const dependencies = await composeSignInDependencies({ config, signIn, log, metrics });
    const close = async (): Promise<void> => dependencies.close();
    return { dependencies, nextcloud: signIn.nextcloud.host, close };
  }
  const chosen = await chooseNextcloud(config);
  const dependencies = composeDependencies({ config, log, metrics, ...chosen });
  return {
    dependencies,
    nextcloud: chosen.nextcloud.host,
    async close() {
      dependencies.close();
      await chosen.close();
    },
  };
}

/** Loaded only where somebody reads them. */
async function chooseMetrics({ metricsPort }: Config): Promise<PrometheusMetrics | undefined> {
  if (metricsPort === undefined) return undefined;
  const { prometheusMetrics } = await import('../metrics/prometheus.ts');
  return prometheusMetrics();
}

async function serveMetrics(
  config: Config,
  metrics: PrometheusMetrics | undefined,
): Promise<Listening | undefined> {
  const { metricsPort } = config;
  if (metricsPort === undefined || metrics === undefined) return undefined;
  const app = metricsApp(() => metrics.page());
  return listenAt(app, config, 'METRICS_PORT', metricsPort);
}

interface Chosen {
  readonly nextcloud: NextcloudConfig;
  readonly demo: boolean;
  readonly now?: () => Date;
  close(): Promise<void>;
}

export async function chooseNextcloud(config: Config): Promise<Chosen> {
  if (config.nextcloud !== undefined) {
    return { nextcloud: config.nextcloud, demo: false, close: () => Promise.resolve() };
  }
  // Loaded only here: a real server does not carry the recordings along.
  const { startDemo } = await import('../demo/start-demo.ts');
  const demo = await startDemo();
  const nextcloud = {
    host: demo.url,
    publicUrl: demo.url,
    username: demo.username,
    password: demo.password,
  };
  return { nextcloud, demo: true, now: demo.now, close: () => demo.close() };
}

function banner(url: string): string {
  return `
  DEMO. No Nextcloud is connected: answers come from recordings of a real one,
  and only what was recorded can be asked. Open ${url} to connect a client.
  Set NEXTCLOUD_HOST, NEXTCLOUD_USERNAME and NEXTCLOUD_PASSWORD to use yours.

`;
}

async function listenAt(
  app: RequestListener,
  { listen: { host } }: Config,
  setting: 'PORT' | 'METRICS_PORT',
  port: number,
): Promise<Listening> {
  return listen(app, host, port).catch((error: unknown) => {
    throw notListening(error, host, setting, port);
  });
}

function notListening(error: unknown, host: string, setting: string, port: number): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const flag = setting === 'PORT' ? '--port or PORT' : setting;
  const reasons: Readonly<Record<string, [string, string, string]>> = {
    EADDRINUSE: [setting, `${String(port)} is in use`, `Choose another with ${flag}.`],
    EACCES: [
      setting,
      `${String(port)} may not be used by this user`,
      'Ports below 1024 need rights; choose another.',
    ],
    EADDRNOTAVAIL: [
      'HOST',
      `${host} is not an address of this machine`,
      'Choose another with --host or HOST.',
    ],
    ENOTFOUND: ['HOST', `${host} cannot be resolved`, 'Choose another with --host or HOST.'],
  };
  const reason = typeof code === 'string' ? reasons[code] : undefined;
  if (reason === undefined) return error;
  const [name, message, hint] = reason;
  return new ConfigurationError([{ setting: name, message, hint }]);
}
