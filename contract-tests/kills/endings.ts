import { expect } from 'chai';
import { NEXTCLOUD } from '../../relay/signin/identity-provider.fixture.ts';
import { claimsOf } from '../../relay/credentials/token-claims.ts';
import type { Death } from './doomed.ts';
import type { Job, KnownGrant } from './gateway-process.ts';
import type { Dead, KillBed } from './kill-bed.ts';
import { goOn } from './person.ts';
import type { Visit } from './person.ts';
import { nameOf } from './plan.ts';

/** Longer than the lease on a refresh, so that the next process need not wait for it. */
const A_LEASE_AGO = 31;

/**
 * Dies while a new person gives their consent; then they do again what was not answered, and start over if need be.
 * `again`: the next one dies as well, while it brings that to an end.
 */
export async function dieInFlow2(
  bed: KillBed,
  death: Death,
  person: string,
  again?: Death,
): Promise<void> {
  const { idp } = bed.provider;
  const before = (await bed.known()).grants;
  const visit: Visit = { person };
  const leases = again === undefined ? 1 : 2;
  const dead = await bed.death(death, A_LEASE_AGO * leases, (doomed) => goOn(doomed, idp, visit));
  check(bed, 'Flow 2', death, dead);

  const wasSaved = await isKnown(bed, person);
  agrees(fate(dead, 'grants.save'), wasSaved, 'the grant is there once it was saved');
  expect(await recovered(bed), 'refreshes to repair').to.equal(0);
  if (again !== undefined) await dieAt(bed, { name: 'resolve' }, again);
  await bed.gateway().ask({ name: 'resolve' });
  const isSaved = await isKnown(bed, person);
  expect(bed.provider.standing(person), 'stands here and there, or nowhere').to.equal(
    isSaved ? 1 : 0,
  );

  const isUsedUp = fate(dead, 'flows.take', visit.begun === undefined ? 1 : 2);
  const ending = await goOn(bed.gateway(), idp, visit);
  agrees(isUsedUp, ending === 'refused', 'a state or link works again, unless it was used up');
  if (ending === 'refused' && !isSaved) {
    expect(await goOn(bed.gateway(), idp, { person })).to.equal('granted');
  }
  const fresh: KnownGrant = { person, generation: 1, isRefused: false };
  expect((await bed.known()).grants).to.have.deep.members([...before, fresh]);
  expect(bed.provider.standing(person)).to.equal(1);
  await expectToWork(bed, person);
}

async function isKnown(bed: KillBed, person: string): Promise<boolean> {
  return (await bed.known()).grants.some((grant) => grant.person === person);
}

/** Dies while it refreshes. `again`: the next one dies as well, while it repairs that. */
export async function dieInRotation(
  bed: KillBed,
  person: string,
  death: Death,
  again?: Death,
): Promise<void> {
  const before = (await bed.known()).grants;
  const leases = again === undefined ? 1 : 2;
  const dead = await dieAt(bed, { name: 'refresh', person }, death, leases);
  const left = await bed.known();
  const isStored = generationOf(left.grants, person) > generationOf(before, person);
  agrees(fate(dead, 'grants.finishRefresh'), isStored, 'a new token is there once it was stored');
  const isBegun = fate(dead, 'grants.startRefresh');
  const isCutOff = left.interrupted.includes(person);
  agrees(
    isBegun,
    isCutOff || isStored,
    'a refresh that was begun is finished or known to be cut off',
  );
  if (again !== undefined) await dieAt(bed, { name: 'recover' }, again);

  const toRepair = (await bed.known()).interrupted;
  expect(toRepair).to.have.length.at.most(1);
  expect(await recovered(bed)).to.equal(toRepair.length);
  const { grants, interrupted } = await bed.known();
  expect(interrupted).to.deep.equal([]);
  expect(grants).to.have.length(before.length);
  const others = (all: readonly KnownGrant[]) => all.filter((one) => one.person !== person);
  expect(others(grants)).to.deep.equal(others(before));
  expect(bed.provider.standing(person)).to.equal(1);
  await expectToWork(bed, person);
}

/** Dies while it exchanges; the next one exchanges the same token again. */
export async function dieInExchange(bed: KillBed, person: string, death: Death): Promise<void> {
  const before = await bed.rows();
  const job = await exchangeFor(bed, person);
  await dieAt(bed, job, death);
  expect(await bed.rows()).to.equal(before);
  const again = await bed.gateway().ask(job);
  expect(holderOf(again?.value)).to.deep.equal({ sub: person, aud: NEXTCLOUD });
  expect(await bed.rows()).to.equal(before);
}

/** `leases`: how many in a row will die, each of which has to see the lease of the one before it lapsed. */
export async function dieAt(bed: KillBed, job: Job, death: Death, leases = 1): Promise<Dead> {
  const dead = await bed.death(death, A_LEASE_AGO * leases, (doomed) => doomed.ask(job));
  check(bed, job.name, death, dead);
  return dead;
}

export async function exchangeFor({ provider }: KillBed, person: string): Promise<Job> {
  return { name: 'exchange', person, subjectToken: await provider.idp.accessToken(person) };
}

/** What a process does at its start. */
export async function recovered(bed: KillBed): Promise<unknown> {
  return (await bed.gateway().ask({ name: 'recover' }))?.value;
}

/** The stored refresh token is the newest, which the provider takes without being lenient; its replacement is stored. */
export async function expectToWork(bed: KillBed, person: string): Promise<void> {
  const comebacks = bed.provider.comebacks();
  const before = generationOf((await bed.known()).grants, person);
  bed.gateway().refresh();
  const refreshed = await bed.gateway().ask({ name: 'refresh', person });
  expect(holderOf(refreshed?.value)).to.deep.equal({ sub: person, aud: NEXTCLOUD });
  expect(bed.provider.comebacks(), 'replaced tokens that came again').to.equal(comebacks);
  expect(generationOf((await bed.known()).grants, person)).to.equal(before + 1);
}

function generationOf(grants: readonly KnownGrant[], person: string): number {
  return grants.find((grant) => grant.person === person)?.generation ?? 0;
}

/** Whose token that is, and for whom. */
function holderOf(authorization: unknown): { sub: unknown; aud: unknown } {
  const claims = claimsOf(String(authorization).replace(/^Bearer /, ''));
  return { sub: claims?.sub, aud: claims?.aud };
}

/** What holds after every death. */
function check(bed: KillBed, work: string, death: Death, { passed, leaks }: Dead): void {
  bed.tally(`${work}: ${nameOf(death)}`);
  expect(leaks, 'secrets in clear').to.deep.equal([]);
  if (death.kind === 'at') expect(passed.at(-1)).to.equal(death.place);
  if (death.kind === 'inside') expect(passed).to.include(death.place);
}

/** Whether the nth run of a step took place, as far as the dead could say. */
type Fate = 'done' | 'not begun' | 'unknown';

function fate({ passed }: Dead, step: string, nth = 1): Fate {
  const times = (place: string): number => passed.filter((one) => one === place).length;
  if (times(`after ${step}`) >= nth) return 'done';
  return times(`before ${step}`) >= nth ? 'unknown' : 'not begun';
}

function agrees(fateOfIt: Fate, isDone: boolean, what: string): void {
  if (fateOfIt !== 'unknown') expect(isDone, what).to.equal(fateOfIt === 'done');
}
