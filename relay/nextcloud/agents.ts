import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import tls from 'node:tls';
import { RelayError } from '../errors.ts';

export interface AgentOptions {
  /** Extra certificate authorities: a PEM text or the path of a PEM file; added to the system's. */
  readonly caBundle?: string;
  /** `false` accepts any certificate; for test set-ups only. */
  readonly rejectUnauthorized?: boolean;
  /** Connections per server kept at most; further requests wait. Default 32. */
  readonly maxSockets?: number;
}

export interface Agents {
  readonly http: http.Agent;
  readonly https: https.Agent;
}

/**
 * Idle connections are dropped before servers drop them (Node and Apache do after 5 s): a write on a connection that
 * dies under it leaves its fate unknown.
 */
const IDLE_MS = 4000;

export function createAgents(options: AgentOptions): Agents {
  const pool = { keepAlive: true, timeout: IDLE_MS, maxSockets: options.maxSockets ?? 32 };
  const ca = options.caBundle === undefined ? {} : { ca: trusted(options.caBundle) };
  return {
    http: new http.Agent(pool),
    https: new https.Agent({
      ...pool,
      ...ca,
      rejectUnauthorized: options.rejectUnauthorized ?? true,
    }),
  };
}

/** The `ca` option replaces the default authorities, so these are named again. */
function trusted(caBundle: string): string[] {
  return [...tls.getCACertificates('default'), pemText(caBundle)];
}

function pemText(caBundle: string): string {
  const text = caBundle.includes('-----BEGIN') ? caBundle : readPem(caBundle);
  if (!text.includes('-----BEGIN CERTIFICATE-----')) {
    throw new RelayError('configuration', 'The CA bundle holds no PEM certificate.');
  }
  return text;
}

function readPem(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    throw new RelayError('configuration', `The CA bundle ${path} cannot be read.`);
  }
}
