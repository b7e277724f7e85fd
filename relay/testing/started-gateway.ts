import { createApp } from '../app.ts';
import { readConfig } from '../config.ts';
import { composeDependencies } from '../dependencies.ts';
import { createLogger } from '../log.ts';
import { listen } from '../http/listen.ts';

export interface StartedGateway {
  /** Root URL; `/mcp` is below it. */
  readonly url: string;
  /** Log lines written so far. */
  readonly log: string[];
  /** Waits `graceMs` (0 unless told) for calls under way. */
  close(graceMs?: number): Promise<void>;
}

/** A whole gateway on a free loopback port against the given Nextcloud, for black-box tests. */
export async function startedGateway(
  nextcloudUrl: string,
  environment: Readonly<Record<string, string>> = {},
): Promise<StartedGateway> {
  const log: string[] = [];
  const config = readConfig({
    flags: { PORT: '0' },
    environment: {
      NEXTCLOUD_HOST: nextcloudUrl,
      NEXTCLOUD_USERNAME: 'alice',
      NEXTCLOUD_PASSWORD: 'app-password',
      ...environment,
    },
    readFile: () => '',
  });
  const { nextcloud } = config;
  if (nextcloud === undefined) throw new Error('no Nextcloud');
  const dependencies = composeDependencies({
    config,
    nextcloud,
    log: createLogger({ level: 'debug', write: (line) => void log.push(line) }),
  });
  const app = createApp(dependencies);
  const listening = await listen(app.express, config.listen.host, config.listen.port);
  return {
    url: listening.url,
    log,
    async close(graceMs = 0) {
      await listening.stop(graceMs, () => app.close());
      dependencies.close();
    },
  };
}
