import { parseArgs } from 'node:util';
import { releaseFor, releaseTable } from '../openapi/index.ts';
import { answerShapes } from './answer-shape.ts';
import { CLIENT_GENERATIONS } from './clients.ts';
import type { ClientGeneration } from './clients.ts';
import { contractChanges } from './contract-change.ts';
import { UsageError, runCommand } from '../openapi/pipeline/command.ts';
import { accountsFrom, hostOf, installedApps, loadScenarios, neededApps } from './live.ts';
import { play } from './play.ts';
import { startRecordingProxy } from './record/recording-proxy.ts';
import { readRecordings } from './recording.ts';
import { startSlowReader } from './slow-reader.ts';

const HELP = `Plays the recorded scenarios against a live Nextcloud and compares its answers with the recordings.

  npm run contract:verify -- --host http://127.0.0.1:8080 [--scenario <part of the name>] [--client 1.x] [--json]

Accounts come from CONTRACT_TEST_ACCOUNTS="alice:<app password>,bob:<app password>,admin:<app password>".
--client chooses the generation of the MCP client: 2.x (default) or 1.x.
Requests that were recorded and not asked this time are listed; alone they are no change, some depend on the server's speed.
Exit codes: 0 the contract holds, 1 it changed, 2 wrong call, or the server could not be reached or did not answer.
`;

interface Verdict {
  readonly scenario: string;
  readonly outcome: 'holds' | 'changed' | 'transport' | 'skipped';
  readonly details: readonly string[];
}

await runCommand(HELP, async (args) => {
  const { values } = parseArgs({
    args,
    options: {
      host: { type: 'string' },
      scenario: { type: 'string', default: '' },
      client: { type: 'string', default: '2.x' },
      json: { type: 'boolean', default: false },
    },
  });
  const client = CLIENT_GENERATIONS.find((generation) => generation === values.client);
  if (client === undefined) throw new UsageError(`--client is ${CLIENT_GENERATIONS.join(' or ')}`);
  const host = hostOf(values.host);
  const verdicts: Verdict[] = [];
  const told = (verdict: Verdict): void => {
    verdicts.push(verdict);
    tell(verdict, values.json);
  };
  await verify(host, values.scenario, client, told).catch((error: unknown) => {
    if (error instanceof UsageError) throw error;
    const details = [error instanceof Error ? error.message : String(error)];
    told({ scenario: '-', outcome: 'transport', details });
  });
  const some = (outcome: Verdict['outcome']): boolean =>
    verdicts.some((verdict) => verdict.outcome === outcome);
  return some('changed') ? 1 : some('transport') ? 2 : 0;
});

async function verify(
  host: string,
  part: string,
  client: ClientGeneration,
  told: (verdict: Verdict) => void,
): Promise<void> {
  const accounts = accountsFrom(process.env);
  const { version, apps } = await installedApps(host, accounts, await neededApps(part));
  const release = releaseFor(Number(version.split('.')[0]));
  const recordings = new Map(
    readRecordings(release).map((recording) => [recording.scenario, recording]),
  );
  const shapeOf = answerShapes(releaseTable(release));
  for (const scenario of await loadScenarios(part, release)) {
    const { app, as = 'alice' } = scenario.options;
    const recording = recordings.get(scenario.name);
    const account = accounts.get(as);
    if (recording === undefined || account === undefined || !(app in apps)) {
      const lacks = [
        ...(app in apps ? [] : [`the app ${app} is not enabled`]),
        ...(account === undefined ? [`CONTRACT_TEST_ACCOUNTS has no ${as}`] : []),
        ...(recording === undefined ? [`it was not recorded on Nextcloud ${release}`] : []),
      ];
      told({ scenario: scenario.name, outcome: 'skipped', details: lacks });
      continue;
    }
    const proxy = await startRecordingProxy(host);
    const failure = await play(scenario, proxy.url, account, {
      client,
      onCall: (caller) => {
        proxy.caller = caller;
      },
      startSlowReader: (path) => startSlowReader(host, account, path),
    }).catch((error: unknown) => (error instanceof Error ? error.message : String(error)));
    await proxy.close();
    const silent =
      proxy.broken > 0 ||
      proxy.exchanges.length === 0 ||
      proxy.exchanges.some(({ response }) => response.status >= 502);
    const scope = { app, shapeOf };
    const { changed, unasked } = contractChanges(scope, recording.exchanges, proxy.exchanges);
    const against = [...(failure === undefined ? [] : [failure]), ...changed];
    const outcome = against.length === 0 ? 'holds' : silent ? 'transport' : 'changed';
    told({ scenario: scenario.name, outcome, details: [...against, ...unasked] });
  }
}

function tell(verdict: Verdict, json: boolean): void {
  if (json) {
    process.stdout.write(`${JSON.stringify(verdict)}\n`);
    return;
  }
  process.stdout.write(`${verdict.outcome.padEnd(9)} ${verdict.scenario}\n`);
  for (const detail of verdict.details) process.stdout.write(`          ${detail}\n`);
}
