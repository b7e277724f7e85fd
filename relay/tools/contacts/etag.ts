/** Shown without the quotes it travels in: models drop them anyway. */
export function plainEtag(etag: string): string {
  return etag.replace(/^W\//, '').replace(/^"(.*)"$/, '$1');
}

/** As `If-Match` wants it: Nextcloud takes neither bare nor weak tags. */
export function sentEtag(etag: string): string {
  return `"${plainEtag(etag)}"`;
}
