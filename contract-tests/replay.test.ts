import { expect } from 'chai';
import { loadScenarios } from './live.ts';
import { play } from './play.ts';
import { readRecordings, recordedReleases } from './recording.ts';
import { startRecordedNextcloud } from './replay/recorded-nextcloud.ts';
import { shuffled } from './shuffle.ts';

const seed = Number(process.env['REPLAY_SEED'] ?? Date.now() % 100_000);

for (const release of recordedReleases()) {
  const recordings = readRecordings(release);
  const scenarios = await loadScenarios('', release);

  describe(`replay of Nextcloud ${release} (REPLAY_SEED=${seed})`, () => {
    for (const recording of shuffled(recordings, seed)) {
      it(recording.scenario, async () => {
        const scenario = scenarios.find(({ name }) => name === recording.scenario);
        if (scenario === undefined) throw new Error('No scenario uses this recording: delete the file');
        const nextcloud = await startRecordedNextcloud([recording], { mode: 'strict' });
        try {
          const username = scenario.options.as ?? 'alice';
          await play(scenario, nextcloud.url, { username, password: 'not-a-secret' }, () => undefined).catch(
            (error: unknown) => {
              expect(nextcloud.unexpected, 'requests that were never recorded').to.deep.equal([]);
              throw error;
            },
          );
          expect(nextcloud.unexpected, 'requests that were never recorded').to.deep.equal([]);
          expect(nextcloud.unused(), 'recorded exchanges that nothing asked for').to.deep.equal([]);
        } finally {
          await nextcloud.close();
        }
      });
    }
  });
}
