import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { RELEASES } from '../openapi/index.ts';
import { recordedDeviations } from './conformance.ts';
import type { Deviations } from './conformance.ts';
import { recordedReleases } from './recording.ts';

/** `deviations.json`: release → operation → how its real answers stray, where no correction is possible or due. */
const known = JSON.parse(
  readFileSync(new URL('./deviations.json', import.meta.url), 'utf8'),
) as Record<string, Deviations>;

for (const release of RELEASES.filter((one) => recordedReleases().includes(one))) {
  describe(`Nextcloud ${release} and its own documents`, () => {
    it('agree in every recorded answer, but for what is written down', async () => {
      const { deviations } = await recordedDeviations(release);
      expect(deviations).to.deep.equal(known[release] ?? {});
    });
  });
}
