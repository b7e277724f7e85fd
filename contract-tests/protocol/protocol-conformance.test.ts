import { expect } from 'chai';
import { startFixturesGateway } from './fixtures-gateway.ts';
import type { FixturesGateway } from './fixtures-gateway.ts';
import {
  REQUIREMENT_SETS,
  baselineOf,
  failedChecks,
  failedScenarios,
  requirementsOf,
  runServerScenarios,
} from './suite.ts';
import type { SuiteRun } from './suite.ts';

describe('the official MCP conformance suite, server scenarios', () => {
  let gateway: FixturesGateway;
  before(async () => {
    gateway = await startFixturesGateway();
  });
  after(() => gateway.close());

  for (const set of REQUIREMENT_SETS) {
    describe(`requirements of ${set}`, () => {
      let run: SuiteRun;
      before(async () => {
        run = await runServerScenarios(set, gateway.endpoint);
      });

      it('runs every scenario', async () => {
        const { scored, notScored } = await requirementsOf(set);
        expect([...run.checks.keys()].sort()).to.deep.equal([...scored, ...notScored].sort());
        for (const [scenario, checks] of run.checks) expect(checks, scenario).not.to.be.empty;
      });

      it('passes, but for the baseline', () => {
        expect(run.exitCode, run.summary).to.equal(0);
      });

      // The suite passes over entries whose check was not made; here every entry must have failed.
      it('has no stale entry in its baseline', async () => {
        const { scored, notScored } = await requirementsOf(set);
        const baseline = await baselineOf(set);
        expect(baseline.server).to.have.members(failedChecks(run, scored));
        expect(baseline.not_scored).to.have.members(failedScenarios(run, notScored));
      });
    });
  }
});
