import { Router } from 'express';
import { relayErrorOf } from '../../mcp/results.ts';

/** Milliseconds one answer about Nextcloud is repeated: probes come every few seconds. */
const REPEATED = 10_000;

interface Readiness {
  readonly status: 'ready' | 'not_ready';
  /** Why not: a stable code, no more, because nobody is asked for a token here. */
  readonly reason?: string;
}

/** `/health/live`: the process answers. `/health/ready`: so does what it stands on, above all Nextcloud. */
export function health(ask: () => Promise<unknown>, now: () => number = Date.now): Router {
  const router = Router();
  let known: { readonly until: number; readonly readiness: Promise<Readiness> } | undefined;
  router.get('/live', (_request, response) => {
    response.json({ status: 'alive' });
  });
  router.get('/ready', async (_request, response) => {
    if (known === undefined || known.until <= now()) {
      known = { until: now() + REPEATED, readiness: readinessOf(ask) };
    }
    const readiness = await known.readiness;
    response.status(readiness.status === 'ready' ? 200 : 503).json(readiness);
  });
  return router;
}

async function readinessOf(ask: () => Promise<unknown>): Promise<Readiness> {
  try {
    await ask();
    return { status: 'ready' };
  } catch (thrown) {
    return { status: 'not_ready', reason: relayErrorOf(thrown).code };
  }
}
