import { expect } from 'chai';
import { scenario } from '../scenario.ts';

// Antarctica: terms of a country nobody connects from block no other test.
scenario(
  'terms of service: write, sign, delete',
  { app: 'terms_of_service', as: 'admin' },
  async (admin) => {
    const terms = { country: 'AQ', language: 'en' };
    const created = await admin.call('nc_terms_create_terms', {
      ...terms,
      body: '# Contract terms',
    });
    expect(created).to.include({ countryCode: 'AQ', languageCode: 'en', body: '# Contract terms' });
    const terms_id = created['id'];
    const replaced = await admin.call('nc_terms_create_terms', {
      ...terms,
      body: '# Contract terms 2',
    });
    expect(replaced).to.include({ id: terms_id, body: '# Contract terms 2' });

    await admin.call('nc_terms_sign_terms', { terms_id });
    expect((await admin.call('nc_terms_list_terms'))['terms']).to.be.an('array');
    await admin.call('nc_terms_delete_terms', { terms_id });
  },
);
