import { expect } from 'chai';
import { SECRET, startIdentityProvider } from '../../relay/signin/identity-provider.fixture.ts';
import type { IdentityProvider } from '../../relay/signin/identity-provider.fixture.ts';
import { EXCHANGE, startBed } from './gateway.ts';
import type { Answer, Bed } from './gateway.ts';
import { ROOT } from './identity-provider.ts';

/** What a browser has in hand when the provider has sent it back. */
interface Return {
  readonly path: string;
  readonly parameters: URLSearchParams;
  readonly cookie: string;
}

/** Consent to work in the background (Flow 2) over HTTP against the running gateway, and what may go wrong with it. */
describe('the way back from the identity provider', () => {
  let idp: IdentityProvider;
  let bed: Bed;
  let milliseconds: number;

  before(async () => {
    idp = await startIdentityProvider(`${ROOT}/oauth/callback`);
    milliseconds = Date.now();
    const environment = {
      ...EXCHANGE,
      ENABLE_OFFLINE_ACCESS: 'true',
      NEXTCLOUD_OIDC_SCOPES: 'notes:read',
      OIDC_DISCOVERY_URL: idp.discoveryUrl,
      OIDC_CLIENT_ID: 'gateway',
      OIDC_CLIENT_SECRET: SECRET,
    };
    bed = await startBed(environment, () => new Date(milliseconds));
  });
  after(async () => {
    await bed.close();
    await idp.close();
  });
  beforeEach(() => {
    milliseconds = Date.now();
    idp.signedInAs = 'alice';
  });

  const toolAs = async (
    person: string,
    tool: string,
  ): Promise<Readonly<Record<string, unknown>>> => {
    const { message } = await bed.call(await idp.accessToken(person), tool);
    return (message.result as { structuredContent: Record<string, unknown> }).structuredContent;
  };

  const linkFor = async (person: string): Promise<URL> =>
    new URL(String((await toolAs(person, 'provision_nextcloud_access')).authorization_url));

  const get = (path: string, cookie = ''): Promise<Answer> =>
    bed.send({ method: 'GET', path, headers: { Cookie: cookie } });

  async function untilReturn(person = 'alice'): Promise<Return> {
    const link = await linkFor(person);
    const begun = await get(link.pathname + link.search);
    expect(begun.status).to.equal(302);
    const cookie = (begun.headers['set-cookie']?.[0] ?? '').split(';')[0] ?? '';
    const back = await idp.browse(begun.headers.location ?? '');
    return { path: back.pathname, parameters: back.searchParams, cookie };
  }

  const comeBack = ({ path, parameters, cookie }: Return): Promise<Answer> =>
    get(`${path}?${parameters.toString()}`, cookie);

  /** Refused, nothing stored, and the provider was asked for tokens as often as said. */
  async function turnedAway(back: Return, status: number, tokenRequests = 0): Promise<Answer> {
    const before = [bed.handled(), bed.nextcloud.seen.length, idp.tokenRequests().length];
    const answer = await comeBack(back);
    expect(answer.status).to.equal(status);
    expect([bed.handled(), bed.nextcloud.seen.length, idp.tokenRequests().length]).to.eql([
      before[0],
      before[1],
      (before[2] ?? 0) + tokenRequests,
    ]);
    for (const value of [...back.parameters.values()].filter((one) => one !== '')) {
      expect(answer.text, 'nothing of the address is shown').not.to.contain(value);
      if (value.length > 24) expect(bed.log.join('\n')).not.to.contain(value);
    }
    return answer;
  }

  const isProvisioned = async (person = 'alice'): Promise<unknown> =>
    (await toolAs(person, 'check_provisioning_status')).is_provisioned;

  const changed = (back: Return, name: string, value: string | undefined): Return => {
    const parameters = new URLSearchParams(back.parameters);
    if (value === undefined) parameters.delete(name);
    else parameters.set(name, value);
    return { ...back, parameters };
  };

  it('ends in a grant for the person that asked, who can take it back', async () => {
    const page = await comeBack(await untilReturn());
    expect(page.status).to.equal(200);
    expect(page.headers['cache-control']).to.equal('no-store');
    expect(await isProvisioned()).to.equal(true);
    expect(await isProvisioned('bob')).to.equal(false);
    expect(await toolAs('bob', 'revoke_nextcloud_access')).to.include({ success: true });
    expect(await isProvisioned()).to.equal(true);
    expect((await toolAs('alice', 'revoke_nextcloud_access')).message).to.equal(
      'Access was taken back.',
    );
    expect(idp.requests.at(-1)?.path).to.equal('/token/revocation');
    expect(await isProvisioned()).to.equal(false);
  });

  it('a replayed state is refused', async () => {
    const back = await untilReturn();
    expect((await comeBack(back)).status).to.equal(200);
    await toolAs('alice', 'revoke_nextcloud_access');
    await turnedAway(back, 400);
    expect(await isProvisioned()).to.equal(false);
  });

  it('a link is good once, and not after ten minutes', async () => {
    const link = await linkFor('alice');
    expect((await get(link.pathname + link.search)).status).to.equal(302);
    expect((await get(link.pathname + link.search)).status).to.equal(400);
    const late = await linkFor('alice');
    milliseconds += 600_000;
    expect((await get(late.pathname + late.search)).status).to.equal(400);
  });

  it('a state is not good after ten minutes', async () => {
    const back = await untilReturn();
    milliseconds += 600_000;
    await turnedAway(back, 400);
  });

  it('a foreign state is refused: another browser’s, another person’s, a made-up one, two, none', async () => {
    const [mine, theirs] = [await untilReturn(), await untilReturn('bob')];
    const foreign = theirs.parameters.get('state') ?? '';
    await turnedAway(changed(mine, 'state', foreign), 400);
    await turnedAway({ ...mine, cookie: theirs.cookie }, 400);
    await turnedAway({ ...mine, cookie: '' }, 400);
    await turnedAway(changed(mine, 'state', 'A'.repeat(43)), 400);
    await turnedAway(changed(mine, 'state', undefined), 400);
    const twice = new URLSearchParams(mine.parameters);
    twice.append('state', foreign);
    await turnedAway({ ...mine, parameters: twice }, 400);
    expect(await isProvisioned()).to.equal(false);
    // None of this has used it up.
    expect((await comeBack(mine)).status).to.equal(200);
    await toolAs('alice', 'revoke_nextcloud_access');
  });

  it('a code of another sign-in is refused, the same person’s too (PKCE)', async () => {
    const [first, second] = [await untilReturn(), await untilReturn()];
    const swapped = changed(first, 'code', second.parameters.get('code') ?? '');
    await turnedAway(swapped, 403, 1);
    expect(await isProvisioned()).to.equal(false);
  });

  it('a made-up code, two codes and none are refused', async () => {
    await turnedAway(changed(await untilReturn(), 'code', 'made-up'), 403, 1);
    await turnedAway(changed(await untilReturn(), 'code', undefined), 403);
    const back = await untilReturn();
    back.parameters.append('code', 'another-one');
    await turnedAway(back, 403);
    expect(await isProvisioned()).to.equal(false);
  });

  it('an answer of another provider is refused before its code goes anywhere (mix-up)', async () => {
    for (const iss of ['https://evil.example.org', `${idp.issuer}/`, '', undefined])
      await turnedAway(changed(await untilReturn(), 'iss', iss), 403);
    const back = await untilReturn();
    back.parameters.append('iss', 'https://evil.example.org');
    await turnedAway(back, 403);
    expect(await isProvisioned()).to.equal(false);
  });

  it('a sign-in of somebody else is refused, and what it gave is revoked', async () => {
    idp.signedInAs = 'mallory';
    await turnedAway(await untilReturn(), 403, 1);
    expect(idp.requests.at(-1)?.path).to.equal('/token/revocation');
    for (const person of ['alice', 'mallory']) expect(await isProvisioned(person)).to.equal(false);
  });

  it('a person’s no is told from a request of ours that the provider does not take', async () => {
    const ended = async (error: string): Promise<string> =>
      (await turnedAway(changed(await untilReturn(), 'error', error), 403)).text;
    expect(await ended('access_denied')).to.contain('did not grant the access');
    expect(bed.log.join('\n')).not.to.contain('refused a request');
    expect(await ended('invalid_scope')).to.contain('did not take the gateway’s request');
    expect(bed.log.join('\n')).to.contain('"error":"invalid_scope"');
  });

  it('an error is shown in words of ours', async () => {
    const back = changed(await untilReturn(), 'code', undefined);
    back.parameters.set('error', 'access_denied_<script>alert(1)</script>');
    const page = await turnedAway(back, 403);
    expect(page.text).not.to.contain('<script>alert');
    expect(page.headers['content-security-policy']).to.contain("default-src 'none'");
  });
});
