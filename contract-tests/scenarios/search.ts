import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('search: providers, then a file by name', { app: 'core' }, async (alice) => {
  const { providers } = await alice.call('nc_search_providers');
  expect(providers.map((provider: { id: string }) => provider.id)).to.include('files');

  const path = '/contract-search-xylophone.md';
  await alice.call('nc_files_create_from_template', { path });
  const found = await alice.call('nc_search', {
    provider: 'files',
    term: 'search-xylophone',
    limit: 5,
  });
  expect(found['entries'].map((entry: { title: string }) => entry.title)).to.deep.equal([
    'contract-search-xylophone.md',
  ]);
  await alice.call('nc_webdav_delete_resource', { path });
});

scenario('search: an unknown provider is refused', { app: 'core' }, async (alice) => {
  await alice.refused('nc_search', { provider: 'no-such-provider', term: 'x' });
});

scenario('search: links in a text', { app: 'core' }, async (alice) => {
  const text = 'Agenda at https://cloud.example.org/agenda and that is it.';
  const extracted = await alice.call('nc_references_extract_links', { text, limit: 3 });
  expect(extracted['references']).to.have.property('https://cloud.example.org/agenda');

  const links = ['https://cloud.example.org/agenda'];
  const resolved = await alice.call('nc_references_resolve_links', { references: links, limit: 1 });
  expect(resolved['references']).to.have.property('https://cloud.example.org/agenda');
});
