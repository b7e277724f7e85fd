import type { ReleaseTable } from '../../openapi/index.ts';
import { createApp } from '../../relay/app.ts';
import { readConfig } from '../../relay/config.ts';
import { composeDependencies } from '../../relay/dependencies.ts';
import { listen } from '../../relay/http/listen.ts';
import { silentLogger } from '../../relay/log.ts';
import { Catalogue } from '../../relay/mcp/catalogue.ts';
import { startLocalNextcloud } from '../../relay/testing/local-nextcloud.ts';
import { PROMPTS } from './fixtures/prompts.ts';
import { RESOURCES } from './fixtures/resources.ts';
import { ROUNDS, ROUNDS_TOOLS } from './fixtures/rounds.ts';
import { ONE_ROUND_TOOLS } from './fixtures/tools.ts';

export interface FixturesGateway {
  /** The MCP endpoint. */
  readonly endpoint: string;
  close(): Promise<void>;
}

const NO_OPERATIONS: ReleaseTable = {
  release: '32',
  apps: {},
  definitions: {},
  operations: {},
  tools: {},
};

/**
 * The gateway as it is served, chain, catalogue and server, with the suite's tools, resources and prompts in place of
 * Nextcloud's.
 */
export async function startFixturesGateway(): Promise<FixturesGateway> {
  const nextcloud = await startLocalNextcloud();
  const config = readConfig({
    environment: {
      NEXTCLOUD_HOST: nextcloud.url,
      NEXTCLOUD_USERNAME: 'alice',
      NEXTCLOUD_PASSWORD: 'app-password',
      MCP_TOOLSETS: 'all',
    },
    flags: { PORT: '0' },
    readFile: () => {
      throw new Error('No files here');
    },
  });
  if (config.nextcloud === undefined) throw new Error('The gateway has no Nextcloud');
  const own = composeDependencies({ config, nextcloud: config.nextcloud, log: silentLogger });
  const catalogue = new Catalogue({
    ...own.catalogue.options,
    composed: [...ONE_ROUND_TOOLS, ...ROUNDS_TOOLS],
    tables: () => NO_OPERATIONS,
  });
  const offered = { catalogue, resources: RESOURCES, prompts: PROMPTS, rounds: ROUNDS };
  const app = createApp({ ...own, catalogue, mcp: { ...own.mcp, ...offered } });
  const listening = await listen(app.express, '127.0.0.1', 0);
  return {
    endpoint: `${listening.url}/mcp`,
    async close() {
      await listening.stop(1000, () => app.close());
      own.close();
      await nextcloud.close();
    },
  };
}
