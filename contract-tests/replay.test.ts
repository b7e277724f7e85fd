import { expect } from 'chai';
import { CLIENT_GENERATIONS } from './clients.ts';
import type { ClientGeneration } from './clients.ts';
import { loadScenarios } from './live.ts';
import { play } from './play.ts';
import { readRecordings, recordedReleases } from './recording.ts';
import type { Recording } from './recording.ts';
import { startRecordedNextcloud } from './replay/recorded-nextcloud.ts';
import type { Scenario } from './scenario.ts';
import { shuffled } from './shuffle.ts';

const seed = Number(process.env['REPLAY_SEED'] ?? Date.now() % 100_000);

for (const release of recordedReleases()) {
  const recordings = readRecordings(release);
  const scenarios = await loadScenarios('', release);

  for (const generation of CLIENT_GENERATIONS) {
    describe(`replay of Nextcloud ${release} with client ${generation} (REPLAY_SEED=${seed})`, () => {
      for (const recording of shuffled(recordings, seed)) {
        it(recording.scenario, async () => {
          const scenario = scenarios.find(({ name }) => name === recording.scenario);
          if (scenario === undefined)
            throw new Error('No scenario uses this recording: delete the file');
          await replay(scenario, recording, generation);
        });
      }
    });
  }
}

async function replay(
  scenario: Scenario,
  recording: Recording,
  client: ClientGeneration,
): Promise<void> {
  const nextcloud = await startRecordedNextcloud([recording], { mode: 'strict' });
  const account = { username: scenario.options.as ?? 'alice', password: 'not-a-secret' };
  try {
    await play(scenario, nextcloud.url, account, { client }).catch((error: unknown) => {
      // first, because it explains most failures
      expect(nextcloud.unexpected, 'requests that were never recorded').to.deep.equal([]);
      throw error;
    });
    expect(nextcloud.unexpected, 'requests that were never recorded').to.deep.equal([]);
    expect(nextcloud.unused(), 'recorded exchanges that nothing asked for').to.deep.equal([]);
  } finally {
    await nextcloud.close();
  }
}
