import { CREDENTIALS, credentialRecordings } from '../contract-tests/credentials/recordings.ts';
import type {
  CredentialExchange,
  CredentialRecording,
} from '../contract-tests/credentials/recordings.ts';

/** Columns, and the recorded families each is made of, with the word that tells them apart. */
const COLUMNS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  OCS: { ocs: '' },
  Notes: { notes: '' },
  Deck: { deck: '' },
  Tables: { 'tables v1': 'v1', 'tables v2': 'v2' },
  Cookbook: { cookbook: '' },
  WebDAV: { webdav: '' },
  CalDAV: { caldav: '' },
  CardDAV: { carddav: '' },
};

const NAMES: Readonly<Record<(typeof CREDENTIALS)[number], string>> = {
  'app-password-basic': 'app password, Basic',
  'app-password-bearer': 'app password as bearer',
  'keycloak-exchanged': 'Keycloak, exchanged token',
  'oidc-app-jwt': '`oidc` app, JWT',
  'oidc-app-opaque': '`oidc` app, opaque token',
  'oauth2-app': 'core `oauth2` app',
};

/** Tokens that were not made for Nextcloud, or by nobody: what it does with them. */
const MISFITS: Readonly<Record<string, string>> = {
  'keycloak-client-token': 'Keycloak, audience is the gateway',
  'keycloak-multi-audience': 'Keycloak, audience is gateway and Nextcloud',
  'keycloak-no-audience': 'Keycloak, no audience',
  'keycloak-id-token': 'Keycloak, ID token',
  'keycloak-tampered': 'Keycloak, changed by one character',
  'alg-none': 'JWT with `alg: none`',
  bogus: 'random text',
  'oidc-jwt-for-gateway': '`oidc` app, audience is the gateway',
  'oidc-jwt-other-resource': '`oidc` app, audience is another service',
  'oidc-id-token': '`oidc` app, ID token',
};

/** The README's tables of what each credential opens, from the recordings. */
export function credentialTables(
  recordings: readonly CredentialRecording[] = credentialRecordings(),
): string {
  return [...recordings.map(releaseTable), misfitTable(recordings)].join('\n');
}

function releaseTable(recording: CredentialRecording): string {
  const { server, recorded, keycloak, apps } = recording;
  const versions = Object.entries(apps).map(([app, version]) => `${app} ${version}`);
  const rows = CREDENTIALS.flatMap((credential) =>
    [true, false].map((ocsApiRequest) => {
      const row = recording.exchanges.filter(
        (one) => one.credential === credential && one.ocsApiRequest === ocsApiRequest,
      );
      const cells = Object.values(COLUMNS).map((families) => cell(row, families));
      return [NAMES[credential], ocsApiRequest ? 'yes' : 'no', ...cells];
    }),
  );
  return `**Nextcloud ${server}**, recorded on ${recorded} with ${versions.join(', ')}, Keycloak ${keycloak}:

${table(['credential', '`OCS-APIRequest`', ...Object.keys(COLUMNS)], rows)}`;
}

function misfitTable(recordings: readonly CredentialRecording[]): string {
  const rows = Object.entries(MISFITS).map(([credential, name]) => [
    name,
    ...recordings.map(({ exchanges }) =>
      outcome(exchanges.filter((one) => one.credential === credential)),
    ),
  ]);
  return `Tokens that were meant for somebody else, or are none, on OCS, Notes and WebDAV with \`OCS-APIRequest\`:

${table(['bearer', ...recordings.map(({ server }) => `Nextcloud ${server}`)], rows)}`;
}

function cell(
  row: readonly CredentialExchange[],
  families: Readonly<Record<string, string>>,
): string {
  const outcomes = Object.entries(families).map(([family, word]) => ({
    word,
    outcome: outcome(row.filter((one) => one.family === family)),
  }));
  const [first] = outcomes;
  if (outcomes.every((one) => one.outcome === first?.outcome)) return first?.outcome ?? '';
  return outcomes.map((one) => `${one.word} ${one.outcome}`).join(', ');
}

/** `works` when every request did, else the codes of those that did not. */
function outcome(exchanges: readonly CredentialExchange[]): string {
  if (exchanges.length === 0) return 'not tried';
  const failed = exchanges.filter(({ works }) => !works);
  if (failed.length === 0) return 'works';
  const codes = [...new Set(failed.map(({ status }) => status))].join(', ');
  return failed.length === exchanges.length ? codes : `${codes} (some)`;
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
  return [head, head.map(() => '---'), ...rows].map(line).join('');
}
