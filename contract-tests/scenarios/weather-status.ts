import { expect } from 'chai';
import { scenario } from '../scenario.ts';

/* The test servers have no internet: addresses are not found, and the forecast answers an error in its data. */
scenario('weather: place, favourites and forecast', { app: 'weather_status' }, async (alice) => {
  const placed = await alice.call('nc_weather_status_set_location', { lat: 48.2, lon: 16.37 });
  expect(placed.success).to.equal(true);
  const place = await alice.call('nc_weather_status_get_location');
  expect(Number(place.lat)).to.equal(48.2);
  expect(await alice.call('nc_weather_status_get_forecast')).to.be.an('object');
  expect(await alice.call('nc_weather_status_use_personal_address')).to.have.property('success');

  await alice.call('nc_weather_status_set_favorites', { favorites: ['Vienna', 'Graz'] });
  const { favorites } = await alice.call('nc_weather_status_list_favorites');
  expect(favorites).to.deep.equal(['Vienna', 'Graz']);
  await alice.call('nc_weather_status_set_favorites', { favorites: [] });
});
