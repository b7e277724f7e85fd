import { serveStdio } from '@modelcontextprotocol/server/stdio';
import type { Config } from '../config.ts';
import { composeDependencies } from '../dependencies.ts';
import { createLogger } from '../log.ts';
import { createServer } from '../mcp/server.ts';
import { chooseNextcloud } from './serve.ts';
import { refuseSignIn } from './single-user-only.ts';
import type { Terminal } from './terminal.ts';

/** Serves one client over stdin and stdout. Stdout belongs to the protocol; the log goes to stderr. */
export async function stdio(config: Config, terminal: Terminal): Promise<void> {
  const log = createLogger({
    ...config.log,
    write: (line) => {
      terminal.err(line);
    },
  });
  for (const note of config.notes) log.warn(note);
  refuseSignIn(config, 'stdio');
  const chosen = await chooseNextcloud(config);
  const dependencies = composeDependencies({ config, log, ...chosen });
  const connection = serveStdio((context) => createServer(dependencies.mcp, context), {
    onerror: (error) => {
      log.debug('mcp', { error });
    },
  });
  await Promise.race([terminal.ended, stdinClosed()]);
  await connection.close();
  dependencies.close();
  await chosen.close();
}

function stdinClosed(): Promise<void> {
  return new Promise((resolve) => {
    process.stdin.once('end', resolve).once('close', resolve);
  });
}
