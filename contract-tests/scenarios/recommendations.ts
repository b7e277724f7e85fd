import { expect } from 'chai';
import { scenario } from '../scenario.ts';

scenario('recommendations: files of interest', { app: 'recommendations' }, async (alice) => {
  const answer = await alice.call('nc_recommendations_list_files');
  expect(answer.enabled).to.equal(true);
  expect(answer.recommendations).to.be.an('array');
});
