import { RelayError } from '../errors.ts';
import { askOcs } from './ask-ocs.ts';
import type { Exchange } from './exchange.ts';
import type { Capabilities, ServerVersion } from './nextcloud.ts';

/** Asks as this user: several apps tell their capabilities only to signed-in users, some only to some of them. */
export async function askCapabilities(exchange: Exchange): Promise<Capabilities> {
  const data = await askOcs(exchange, '/ocs/v2.php/cloud/capabilities');
  const { version, capabilities } = asRecord(data);
  return { version: readVersion(asRecord(version)), capabilities: asRecord(capabilities) };
}

function readVersion(version: Readonly<Record<string, unknown>>): ServerVersion {
  const { major, minor, micro, string } = version;
  if (typeof major !== 'number' || typeof string !== 'string') {
    throw new RelayError('upstream_error', 'Nextcloud did not tell its version.', {
      hint: 'Check that the configured address is the root of a Nextcloud.',
    });
  }
  return { major, minor: Number(minor), micro: Number(micro), string };
}

function asRecord(value: unknown): Readonly<Record<string, unknown>> {
  const isRecord = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isRecord ? (value as Record<string, unknown>) : {};
}
