import { expect } from 'chai';
import { EXCHANGE, refused, rpc, startBed } from './gateway.ts';
import type { Bed } from './gateway.ts';
import { sha256 } from './identity-provider.ts';

const PING = rpc('ping', {});

/** An identity provider changes its key while the gateway runs. The gateway's clock is moved, nobody waits. */
describe('the identity provider rotates its key', () => {
  let bed: Bed;
  let milliseconds: number;

  beforeEach(async () => {
    milliseconds = Date.now();
    bed = await startBed(EXCHANGE, () => new Date(milliseconds));
    expect((await statusOf(await token())).status).to.equal(200);
  });
  afterEach(() => bed.close());

  const later = (seconds: number): void => void (milliseconds += seconds * 1000);
  /** Outlives every step of a test. */
  const token = (header: Readonly<Record<string, unknown>> = {}): Promise<string> => {
    const seconds = Math.floor(milliseconds / 1000);
    return bed.idp.token({ header, claims: { iat: seconds, exp: seconds + 3600 } });
  };
  const statusOf = (text: string) => bed.send({ ...PING, token: text });
  const refusedNow = async (text: string): Promise<void> => {
    const answer = await refused(bed, { ...PING, token: text });
    expect(answer.status).to.equal(401);
    expect(answer.challenge).to.contain('error="invalid_token"');
  };
  const looks = (): number => bed.idp.asked.filter((path) => path === '/jwks').length;

  it('with both keys published for a while: nobody notices, and the old key ends when it is withdrawn', async () => {
    const [old, older] = [await token(), await token()];
    later(15);
    await bed.idp.rotate('beside');
    expect((await statusOf(await token())).status).to.equal(200);
    expect((await statusOf(old)).status).to.equal(200);
    expect(looks()).to.equal(2);
    bed.idp.withdraw();
    // Keys are looked at again after ten minutes at the latest, which is when this becomes known.
    later(599);
    expect((await statusOf(older)).status).to.equal(200);
    later(1);
    await refusedNow(old);
    expect((await statusOf(await token())).status).to.equal(200);
    // What was verified before is believed for five minutes, and no longer.
    later(299);
    await refusedNow(older);
    expect((await statusOf(await token())).status).to.equal(200);
  });

  it('at once, as after a theft: the new key counts and the old one ends as soon as a new token shows it', async () => {
    const [known, unseen] = [await token(), await token()];
    expect((await statusOf(known)).status).to.equal(200);
    await bed.idp.rotate();
    const fresh = await token();
    await refusedNow(fresh);
    later(15);
    expect((await statusOf(fresh)).status).to.equal(200);
    await refusedNow(unseen);
    expect((await statusOf(known)).status, 'verified less than five minutes ago').to.equal(200);
    later(300);
    await refusedNow(known);
    expect((await statusOf(fresh)).status).to.equal(200);
  });

  it('a stream of unknown key ids costs the provider one look in fifteen seconds', async () => {
    const unknown = (kid: number) => token({ kid: `unknown-${String(kid)}` });
    later(15);
    const before = looks();
    for (let kid = 0; kid < 100; kid += 1) await refusedNow(await unknown(kid));
    expect(looks() - before).to.equal(1);
    // The one that was looked for is not looked for again for a minute, one not looked for yet is.
    later(15);
    await refusedNow(await unknown(0));
    expect(looks() - before).to.equal(1);
    await refusedNow(await unknown(1));
    expect(looks() - before).to.equal(2);
    later(45);
    await refusedNow(await unknown(0));
    expect(looks() - before).to.equal(3);
    const right = await token();
    expect((await statusOf(right)).status).to.equal(200);
    expect(bed.idp.exchanged).not.to.include(sha256(right));
  });

  it('keeps working while the provider is away, with the keys it knows', async () => {
    await bed.idp.close();
    later(601);
    expect((await statusOf(await token())).status).to.equal(200);
  });
});
