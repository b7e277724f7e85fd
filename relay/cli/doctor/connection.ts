import type { Config, NextcloudConfig } from '../../config.ts';
import { isLoopback } from '../../config/hostnames.ts';
import type { RelayError } from '../../errors.ts';
import { relayErrorOf } from '../../mcp/results.ts';
import { fail, ok, warn } from './finding.ts';
import type { Finding } from './finding.ts';

/** Seconds a clock may be off before signed links and tokens begin to fail. */
const TOLERATED = 60;

interface StatusAnswer {
  readonly bytes: Buffer;
  readonly headers: { readonly date?: string | undefined };
}

/** What is between here and the server. A connection that failed proves nothing about its certificate. */
export async function checkConnection(
  config: Config,
  place: Pick<NextcloudConfig, 'host'>,
  status: () => Promise<StatusAnswer>,
  now: () => Date,
): Promise<Finding[]> {
  const reach = await checkReach(status, now);
  const tls = checkTls(config, place);
  const connected = reach.some((finding) => finding.check === 'reach' && finding.status === 'ok');
  return connected || tls.status !== 'ok' ? [tls, ...reach] : reach;
}

/** Can the server be reached, is it up, is its clock right: `status.php`, which asks for no credential. */
async function checkReach(
  status: () => Promise<StatusAnswer>,
  now: () => Date,
): Promise<Finding[]> {
  try {
    const before = now();
    const { bytes, headers } = await status();
    return [...statusFindings(parse(bytes)), clockFinding(headers.date, before)];
  } catch (thrown) {
    const error = relayErrorOf(thrown);
    return [isForeign(error) ? notNextcloud() : fail('reach', error.message, error.hint)];
  }
}

/** No Nextcloud refuses `status.php`: another server does, or the wrong folder of the right one. */
function isForeign({ status }: RelayError): boolean {
  return status !== undefined && status >= 300 && status < 500 && status !== 429;
}

function notNextcloud(): Finding {
  return fail(
    'reach',
    'something answers, but not as a Nextcloud',
    'NEXTCLOUD_HOST must be its root address.',
  );
}

function statusFindings(status: Readonly<Record<string, unknown>> | undefined): Finding[] {
  if (status?.installed === undefined) return [notNextcloud()];
  const findings = [ok('reach', `${String(status.productname)} ${String(status.versionstring)}`)];
  if (status.maintenance === true)
    findings.push(fail('maintenance', 'maintenance mode is on', 'Wait, or end it with occ.'));
  if (status.needsDbUpgrade === true) {
    findings.push(warn('upgrade', 'an upgrade is not finished', 'An administrator has to run it.'));
  }
  return findings;
}

function clockFinding(date: string | undefined, now: Date): Finding {
  const theirs = date === undefined ? Number.NaN : Date.parse(date);
  if (Number.isNaN(theirs))
    return warn('clock', 'the server does not tell its time', 'A proxy may remove Date.');
  const off = Math.round((now.getTime() - theirs) / 1000);
  if (Math.abs(off) <= TOLERATED) return ok('clock', 'both agree');
  return warn('clock', `${String(Math.abs(off))} seconds apart`, 'Set both clocks by NTP.');
}

function checkTls(config: Config, { host }: Pick<NextcloudConfig, 'host'>): Finding {
  const { protocol, hostname } = new URL(host);
  if (protocol === 'http:') {
    if (isLoopback(hostname)) return ok('TLS', 'not used, and not needed on this machine');
    return warn('TLS', 'not used: the password travels readably', 'Use an https address.');
  }
  if (!config.tls.verify) {
    return warn(
      'TLS',
      'the certificate is not checked',
      'Name its authority in NEXTCLOUD_CA_BUNDLE instead.',
    );
  }
  return ok('TLS', config.tls.ca === undefined ? 'verified' : 'verified, with NEXTCLOUD_CA_BUNDLE');
}

/**
 * Behind a reverse proxy Nextcloud has to be told its own address. The links it builds tell whether it was:
 * `theming.url` (from `overwrite.cli.url`) and `theming.logo` (from this very request).
 */
export function checkOwnAddress(
  capabilities: Readonly<Record<string, unknown>>,
  nextcloud: NextcloudConfig,
): Finding[] {
  const theming = capabilities.theming as Readonly<Record<string, unknown>> | undefined;
  const built =
    typeof theming?.logo === 'string' && URL.canParse(theming.logo)
      ? new URL(theming.logo)
      : undefined;
  if (built === undefined) return [];
  const ours = new URL(nextcloud.host);
  if (ours.protocol === 'https:' && built.protocol === 'http:') {
    return [
      warn(
        'own address',
        `links begin with http although it is reached by https`,
        "Set 'overwriteprotocol' => 'https' in its config.php.",
      ),
    ];
  }
  const known = [ours.host, new URL(nextcloud.publicUrl).host];
  if (known.includes(built.host)) return [ok('own address', built.origin)];
  return [
    warn(
      'own address',
      `Nextcloud calls itself ${built.origin}`,
      `If people use that address, set NEXTCLOUD_PUBLIC_URL=${built.origin}; else correct 'overwritehost' in its config.php.`,
    ),
  ];
}

function parse(bytes: Buffer): Readonly<Record<string, unknown>> | undefined {
  try {
    return JSON.parse(bytes.toString('utf8')) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}
