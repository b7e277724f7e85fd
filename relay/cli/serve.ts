import { createApp } from '../app.ts';
import type { Config, NextcloudConfig } from '../config.ts';
import { ConfigurationError } from '../config.ts';
import { composeDependencies, composeSignInDependencies } from '../dependencies.ts';
import type { Dependencies } from '../dependencies.ts';
import { listen } from '../http/listen.ts';
import { createLogger } from '../log.ts';
import type { Logger } from '../log.ts';
import type { Terminal } from './terminal.ts';

/** Milliseconds that requests under way get when the process is asked to end. */
const GRACE = 10_000;

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
  const composed = await compose(config, log);
  const { dependencies, nextcloud } = composed;
  const { demo } = dependencies;
  const app = createApp(dependencies);
  const listening = await listen(app.express, config.listen.host, config.listen.port).catch(
    (error: unknown) => {
      throw notListening(error, config);
    },
  );
  if (demo) terminal.err(banner(listening.url));
  log.info('listening', { url: `${listening.url}/mcp`, nextcloud: demo ? 'demo' : nextcloud });
  await terminal.ended;
  log.info('stopping');
  await listening.stop(GRACE, () => app.close());
  await composed.close();
}

interface Composed {
  readonly dependencies: Dependencies;
  /** Address of the Nextcloud. */
  readonly nextcloud: string;
  close(): Promise<void>;
}

async function compose(config: Config, log: Logger): Promise<Composed> {
  if (config.signIn !== undefined) {
    const { signIn } = config;
    const dependencies = await composeSignInDependencies({ config, signIn, log });
    const close = async (): Promise<void> => dependencies.close();
    return { dependencies, nextcloud: signIn.nextcloud.host, close };
  }
  const chosen = await chooseNextcloud(config);
  const dependencies = composeDependencies({ config, log, ...chosen });
  return {
    dependencies,
    nextcloud: chosen.nextcloud.host,
    async close() {
      dependencies.close();
      await chosen.close();
    },
  };
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

function notListening(error: unknown, config: Config): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const { host, port } = config.listen;
  const reasons: Readonly<Record<string, [string, string, string]>> = {
    EADDRINUSE: ['PORT', `${String(port)} is in use`, 'Choose another with --port or PORT.'],
    EACCES: [
      'PORT',
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
  const [setting, message, hint] = reason;
  return new ConfigurationError([{ setting, message, hint }]);
}
