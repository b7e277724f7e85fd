import { expect } from 'chai';
import { providerOutcomes } from './provider-outcomes.ts';
import type { ConfiguredProvider, ProviderOutcomes } from './provider-outcomes.ts';
import { startRecordedProvider } from './recorded-provider.ts';
import type { RecordedProvider } from './recorded-provider.ts';
import type { ProviderExchange, ProviderRecording } from './recordings.ts';

/** Outcome (see ProviderOutcomes) → names of the recorded exchanges that must come to it. */
export type ExpectedOutcomes = Readonly<Record<string, readonly string[]>>;

export interface OutcomeBed {
  readonly provider: RecordedProvider;
  readonly outcomes: ProviderOutcomes;
  exchange(name: string): ProviderExchange;
}

/** Plays every exchange of a recording to our code; one without an expectation fails. */
export function outcomeTests(
  recording: ProviderRecording,
  configured: ConfiguredProvider,
  expected: ExpectedOutcomes,
  more: (bed: () => OutcomeBed) => void = () => undefined,
): void {
  describe(`${recording.provider} ${recording.version}, as recorded`, () => {
    let bed: OutcomeBed;

    before(async () => {
      const provider = await startRecordedProvider(recording);
      const exchange = (name: string): ProviderExchange => {
        const found = recording.exchanges.find((one) => one.name === name);
        if (found === undefined) throw new Error(`${name} is not recorded`);
        return found;
      };
      bed = { provider, outcomes: providerOutcomes(provider, configured), exchange };
    });
    after(async () => {
      bed.outcomes.close();
      await bed.provider.close();
    });
    beforeEach(() => (bed.provider.sent.length = 0));

    it('every exchange has an expected outcome', () => {
      const recorded = recording.exchanges.map(({ name }) => name).sort();
      expect(Object.values(expected).flat().sort()).to.deep.equal(recorded);
    });

    for (const [outcome, names] of Object.entries(expected)) {
      for (const name of names) {
        it(`${name}: ${outcome}`, async () => {
          expect(await bed.outcomes.of(bed.exchange(name))).to.equal(outcome);
        });
      }
    }

    more(() => bed);
  });
}
