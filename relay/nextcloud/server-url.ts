import { RelayError } from '../errors.ts';

/**
 * Root URL of a Nextcloud without a trailing slash; it may have a path (`https://host/nextcloud`).
 *
 * @throws RelayError `configuration`
 */
export function normalServerUrl(text: string): string {
  const url = URL.parse(text.trim());
  if (url === null || !['http:', 'https:'].includes(url.protocol)) {
    throw invalid('must be an http or https URL');
  }
  if (url.username !== '' || url.password !== '')
    throw invalid('must not hold a user name or password');
  if (url.search !== '' || url.hash !== '') throw invalid('must not have a query or a fragment');
  const path = url.pathname.replace(/\/+$/, '').replace(/\/index\.php$/, '');
  return url.origin + path;
}

function invalid(what: string): RelayError {
  return new RelayError('configuration', `The address of Nextcloud ${what}.`);
}
