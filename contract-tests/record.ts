import { parseArgs } from 'node:util';
import { UsageError, runCommand } from '../openapi/pipeline/command.ts';
import { accountsFrom, hostOf, installedApps, loadScenarios, neededApps } from './live.ts';
import { play } from './play.ts';
import { redactExchange } from './record/redact.ts';
import { startRecordingProxy } from './record/recording-proxy.ts';
import { writeRecording } from './recording.ts';
import { startSlowReader } from './slow-reader.ts';
import { releaseFor, releaseTable } from '../openapi/index.ts';

const HELP = `Records the contract scenarios against a real Nextcloud.

  npm run contract:record -- --host http://127.0.0.1:8080 [--scenario <part of the name>]

Accounts come from CONTRACT_TEST_ACCOUNTS="alice:<app password>,bob:<app password>,admin:<app password>,frugal:…".
frugal is an account whose files take up more than its quota.
  --host      root URL of the Nextcloud (a test server: scenarios create and delete data)
  --scenario  only scenarios whose name contains this
  --forget    a string to replace wherever it occurs, e.g. the server's data folder (repeatable)
  --json      one line of JSON per scenario
Exit codes: 0 all recorded, 1 something failed, 2 wrong call.
`;

await runCommand(HELP, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      host: { type: 'string' },
      scenario: { type: 'string', default: '' },
      forget: { type: 'string', multiple: true, default: [] },
      json: { type: 'boolean', default: false },
    },
  });
  const host = hostOf(values.host);
  const accounts = accountsFrom(process.env);
  const secrets = [...accounts.values()].map(({ password }) => password).concat(values.forget);
  const { version, apps } = await installedApps(host, accounts, await neededApps(values.scenario));
  const release = releaseFor(Number(version.split('.')[0]));
  const documents = releaseTable(release).apps;
  const report = (name: string, outcome: string): void => {
    process.stdout.write(
      values.json ? `${JSON.stringify({ scenario: name, outcome })}\n` : `${name}: ${outcome}\n`,
    );
  };
  let failed = 0;

  for (const scenario of await loadScenarios(values.scenario, release)) {
    const app = scenario.options.app;
    const account = accounts.get(scenario.options.as ?? 'alice');
    if (account === undefined)
      throw new UsageError(`CONTRACT_TEST_ACCOUNTS has no ${scenario.options.as ?? 'alice'}`);
    if (!(app in apps)) {
      report(scenario.name, `skipped: ${app} is not installed`);
      continue;
    }
    const proxy = await startRecordingProxy(host);
    try {
      await play(scenario, proxy.url, account, {
        onCall: (caller) => {
          proxy.caller = caller;
        },
        startSlowReader: (path) => startSlowReader(host, account, path),
      });
      writeRecording({
        scenario: scenario.name,
        user: account.username,
        release,
        server: version,
        apps: { [app]: apps[app] ?? version },
        credential: 'app-password',
        documents: app in documents ? { [app]: documents[app]?.sha256 ?? '' } : {},
        recorded: new Date().toISOString().slice(0, 10),
        exchanges: proxy.exchanges.map((exchange) => redactExchange(exchange, secrets)),
      });
      report(scenario.name, `recorded ${proxy.exchanges.length} exchanges`);
    } catch (error) {
      failed += 1;
      report(scenario.name, `FAILED ${error instanceof Error ? error.message : String(error)}`);
    } finally {
      await proxy.close();
    }
  }
  return failed > 0 ? 1 : 0;
});
