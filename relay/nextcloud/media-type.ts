/** `text/html; charset=utf-8` → `text/html`. */
export function essence(mediaType: string): string {
  return (mediaType.split(';')[0] ?? '').trim().toLowerCase();
}

export function isJson(mediaType: string): boolean {
  return /^application\/([\w.-]+\+)?json$/.test(essence(mediaType));
}

/** iCalendar and vCard: text for codecs of their own. */
export function isCalendarText(type: string): boolean {
  return /^text\/(?:calendar|vcard)\b/.test(type);
}
