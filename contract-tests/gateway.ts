import { createApp } from '../relay/app.ts';
import { readConfig } from '../relay/config.ts';
import { composeDependencies } from '../relay/dependencies.ts';
import { listen } from '../relay/http/listen.ts';
import { silentLogger } from '../relay/log.ts';
import { CONTRACT_TIME } from './recording.ts';

/** Whose account of the Nextcloud under test a gateway uses. */
export interface Account {
  readonly username: string;
  readonly password: string;
}

export interface RunningGateway {
  readonly url: string;
  close(): Promise<void>;
}

/** A gateway with all tools on a free port, with a fixed clock and countable ids. */
export async function startGateway(
  nextcloudUrl: string,
  account: Account,
  environment: Readonly<Record<string, string>> = {},
): Promise<RunningGateway> {
  const config = readConfig({
    environment: {
      NEXTCLOUD_HOST: nextcloudUrl,
      NEXTCLOUD_USERNAME: account.username,
      NEXTCLOUD_PASSWORD: account.password,
      NEXTCLOUD_TIMEOUT: '120',
      MCP_TOOLSETS: 'all,admin',
      PORT: '0',
      ...environment,
    },
    flags: {},
    readFile: () => {
      throw new Error('No files here');
    },
  });
  if (config.nextcloud === undefined) throw new Error('The gateway has no Nextcloud');
  let ids = 0;
  const dependencies = composeDependencies({
    config,
    nextcloud: config.nextcloud,
    log: silentLogger,
    now: () => CONTRACT_TIME,
    newId: () => {
      ids += 1;
      return `00000000-0000-4000-8000-${String(ids).padStart(12, '0')}`;
    },
  });
  const app = createApp(dependencies);
  const listening = await listen(app.express, '127.0.0.1', 0);
  return {
    url: listening.url,
    async close() {
      await listening.stop(1000, () => app.close());
      dependencies.close();
    },
  };
}
