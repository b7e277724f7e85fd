import type { IncomingMessage, ServerResponse } from 'node:http';
import type { OidcArtifacts } from '../../store/oidc-artifacts.ts';

export interface RegistrationLimits {
  readonly artifacts: Pick<OidcArtifacts, 'count' | 'forgetIdleClients'>;
  readonly mostClients: number;
  readonly idleSeconds: number;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

const RETRY_SECONDS = 3600;

/** Clients may be pages of any origin: registering opens nothing (RFC 7591 §5). */
export function openToBrowsers(response: ServerResponse): void {
  response.setHeader('Access-Control-Allow-Origin', '*');
}

/** True when the request was a browser's question whether it may register, which is answered now. */
export function answerPreflight(request: IncomingMessage, response: ServerResponse): boolean {
  if (request.method !== 'OPTIONS') return false;
  response.writeHead(204, {
    'Access-Control-Allow-Methods': 'POST',
    'Access-Control-Allow-Headers': 'Content-Type, MCP-Protocol-Version',
    'Access-Control-Max-Age': '3600',
  });
  response.end();
  return true;
}

/**
 * False when there are as many clients as may be, all of them in use or new; the request is answered then. How many one
 * address may register is the HTTP side's affair.
 */
export async function admitRegistration(
  response: ServerResponse,
  { artifacts, mostClients, idleSeconds, now }: RegistrationLimits,
): Promise<boolean> {
  if ((await artifacts.count('Client')) < mostClients) return true;
  await artifacts.forgetIdleClients(Math.floor(now() / 1000) - idleSeconds);
  if ((await artifacts.count('Client')) < mostClients) return true;
  response.writeHead(503, {
    'Content-Type': 'application/json',
    'Cache-Control': 'no-store',
    'Retry-After': String(RETRY_SECONDS),
  });
  response.end(
    JSON.stringify({
      error: 'temporarily_unavailable',
      error_description: 'Too many clients are registered here. Try again later.',
    }),
  );
  return false;
}
