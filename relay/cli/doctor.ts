import { ConfigurationError } from '../config.ts';
import type { Config, NextcloudConfig } from '../config.ts';
import { composeDependencies } from '../dependencies.ts';
import type { SingleUserDependencies } from '../dependencies.ts';
import { createLogger } from '../log.ts';
import { relayErrorOf } from '../mcp/results.ts';
import { toolsetCounts } from '../mcp/tool-search.ts';
import { checkConnection, checkOwnAddress } from './doctor/connection.ts';
import { checkFamilies } from './doctor/families.ts';
import { fail, ok } from './doctor/finding.ts';
import type { Finding } from './doctor/finding.ts';
import { examineSignIn } from './doctor/sign-in.ts';
import { table } from './table.ts';
import type { Terminal } from './terminal.ts';

/** Looks at everything between here and the tools; changes nothing. Gives the exit code: 1 when something fails. */
export async function doctor(
  config: Config,
  terminal: Terminal,
  { json }: { json: boolean },
): Promise<number> {
  const { nextcloud, signIn } = config;
  const log = createLogger({
    level: 'error',
    write: (line) => {
      terminal.err(line);
    },
  });
  if (signIn !== undefined) {
    const { host } = signIn.nextcloud;
    return told(await examineSignIn(config, signIn, log), host, terminal, json);
  }
  if (nextcloud === undefined) {
    throw new ConfigurationError([
      {
        setting: 'NEXTCLOUD_HOST',
        message: 'is missing',
        hint: 'Without it there is nothing to examine.',
      },
    ]);
  }
  const dependencies = composeDependencies({ config, nextcloud, log });
  const findings = await examine(dependencies, nextcloud);
  dependencies.close();
  return told(findings, nextcloud.host, terminal, json);
}

/** Gives the exit code. */
function told(
  findings: readonly Finding[],
  host: string,
  terminal: Terminal,
  json: boolean,
): number {
  const healthy = findings.every(({ status }) => status !== 'fail');
  terminal.out(
    json
      ? `${JSON.stringify({ healthy, nextcloud: host, findings }, null, 2)}\n`
      : report(findings, host),
  );
  return healthy ? 0 : 1;
}

async function examine(
  dependencies: SingleUserDependencies,
  nextcloud: NextcloudConfig,
): Promise<Finding[]> {
  const { config } = dependencies;
  const status = () => dependencies.nextcloud.exchange.send({ method: 'GET', path: '/status.php' });
  const findings = await checkConnection(config, nextcloud, status, dependencies.mcp.now);
  // Without an answer every further check would say the same thing again.
  if (findings.some(({ status }) => status === 'fail')) return findings;
  try {
    const { version, capabilities } = await dependencies.nextcloud.capabilities();
    const userId = await dependencies.nextcloud.userId();
    findings.push(
      ok(
        'sign-in',
        `${userId} on Nextcloud ${version.string}, documents of ${dependencies.nextcloud.release}`,
      ),
    );
    findings.push(...checkOwnAddress(capabilities, nextcloud));
    const apps = await dependencies.nextcloud.presentApps();
    const bearer = { label: 'app password as bearer', nextcloud: dependencies.asBearer() };
    const basic = { label: 'app password', nextcloud: dependencies.nextcloud };
    findings.push(...(await checkFamilies([basic, bearer], apps)));
    findings.push(...(await toolFindings(dependencies, apps)));
  } catch (thrown) {
    const error = relayErrorOf(thrown);
    findings.push(fail('sign-in', error.message, error.hint));
  }
  return findings;
}

async function toolFindings(
  { catalogue, session }: SingleUserDependencies,
  apps: ReadonlySet<string>,
): Promise<Finding[]> {
  const view = await catalogue.view(session);
  const tools = [...view.selection.allowed.values()];
  const counts = toolsetCounts(tools).map(({ name, tools: count }) => `${name} ${String(count)}`);
  return [
    ok('apps', [...apps].sort().join(', ')),
    ok(
      'tools',
      `${String(tools.length)} can be called, ${String(view.shown.size)} are listed: ${counts.join(', ')}`,
    ),
  ];
}

const SIGNS: Readonly<Record<Finding['status'], string>> = {
  ok: 'ok',
  warn: 'WARN',
  fail: 'FAIL',
  skipped: '-',
};

function report(findings: readonly Finding[], host: string): string {
  const rows = findings.flatMap(({ status, check, detail, hint }) => {
    const line = [SIGNS[status], check, detail];
    return hint === undefined ? [line] : [line, ['', '', `→ ${hint}`]];
  });
  return `${host}\n\n${table(rows)}`;
}
