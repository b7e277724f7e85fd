import type { RequestHandler } from 'express';
import type { Dependencies } from '../dependencies.ts';
import { sendPage } from '../http/send-page.ts';
import { startPageOf } from './pages/start.ts';
import type { StartView } from './pages/start.ts';

/** Milliseconds one answer about Nextcloud is repeated, and how long a page waits for one. */
const REPEATED = 10_000;
const PATIENCE = 1500;

type Needed = Pick<Dependencies, 'config' | 'demo' | 'signIn' | 'ready'>;

/** What a person sees who opens the gateway in a browser: what it is, and how to connect a client. */
export function startPage(dependencies: Needed): RequestHandler {
  const { config, demo, signIn } = dependencies;
  const health = liveHealth(() => dependencies.ready());
  return async (request, response) => {
    // The Host was checked before, so it is one of our own names.
    const here = `${request.protocol}://${request.headers.host ?? 'localhost'}/mcp`;
    const view = {
      endpoint: signIn?.config.resource ?? here,
      mode: signIn !== undefined ? 'people' : demo ? 'demo' : 'single-user',
      bearer: signIn === undefined && config.bearerToken !== undefined,
      nextcloud: signIn && new URL(signIn.config.nextcloud.publicUrl).host,
      health: await health(),
    } as const;
    sendPage(response, startPageOf(view));
  };
}

/** Asks once for many visitors, and lets none of them wait for a server that hangs. */
function liveHealth(
  ask: () => Promise<unknown>,
  now: () => number = Date.now,
): () => Promise<StartView['health']> {
  let known: { readonly until: number; readonly health: Promise<StartView['health']> } | undefined;
  return () => {
    if (known === undefined || known.until <= now()) {
      const health = ask().then(
        () => 'ready' as const,
        () => 'not_ready' as const,
      );
      known = { until: now() + REPEATED, health };
    }
    return patiently(known.health);
  };
}

async function patiently(health: Promise<StartView['health']>): Promise<StartView['health']> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<StartView['health']>((resolve) => {
    timer = setTimeout(() => {
      resolve('unknown');
    }, PATIENCE);
  });
  try {
    return await Promise.race([health, late]);
  } finally {
    clearTimeout(timer);
  }
}
