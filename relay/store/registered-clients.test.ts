import { expect } from 'chai';
import { onEveryStore } from './testing/every-store.ts';

const issuer = 'https://id.example.org';
const client = {
  clientId: 'c-1',
  clientSecret: 'client secret',
  registrationToken: 'registration token',
  registrationUri: 'https://id.example.org/register/c-1',
  redirectUris: ['https://gateway.example.org/oauth/callback'],
  expiresAt: 2_000_000_000,
};

onEveryStore('our registration at a provider', (bed) => {
  it('is found again whole, per provider', async () => {
    const { store, seconds } = bed();
    expect(await store.registeredClients.save(issuer, client)).to.equal(true);
    expect(await store.registeredClients.find(issuer)).to.deep.equal({
      ...client,
      createdAt: seconds(),
    });
    expect(await store.registeredClients.find('https://other.example.org')).to.equal(undefined);
  });

  it('may be of a public client that never expires', async () => {
    const { store, seconds } = bed();
    const publicClient = { clientId: 'public', redirectUris: [] };
    await store.registeredClients.save(issuer, publicClient);
    expect(await store.registeredClients.find(issuer)).to.deep.equal({
      ...publicClient,
      createdAt: seconds(),
    });
  });

  it('is one, when two processes register at once', async () => {
    const { store, open } = bed();
    const other = await open();
    const outcomes = await Promise.all([
      store.registeredClients.save(issuer, client),
      other.registeredClients.save(issuer, { ...client, clientId: 'c-2' }),
    ]);
    expect(outcomes.sort()).to.deep.equal([false, true]);
  });

  it('is renewed only in place of the one that was read', async () => {
    const { store } = bed();
    await store.registeredClients.save(issuer, client);
    const renewed = { ...client, clientId: 'c-2' };
    expect(await store.registeredClients.save(issuer, renewed, 'c-0')).to.equal(false);
    expect(await store.registeredClients.save(issuer, renewed, 'c-1')).to.equal(true);
    expect((await store.registeredClients.remove(issuer))?.clientId).to.equal('c-2');
    expect(await store.registeredClients.remove(issuer)).to.equal(undefined);
  });
});
