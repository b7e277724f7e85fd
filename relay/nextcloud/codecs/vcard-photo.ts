import type { Component, ContentLine } from './content-lines.ts';
import { isVersion4, linesOf, removeLine } from './vcard.ts';

/** A picture in a card: its bytes, or the address where it is. */
export interface CardPhoto {
  readonly mediaType: string | undefined;
  /** base64 */
  readonly data?: string;
  readonly url?: string;
}

/** The first PHOTO, in the forms of version 4 (data URI) and version 3 (`ENCODING=b`). */
export function photoOf(card: Component): CardPhoto | undefined {
  const line = card.first('PHOTO');
  if (line === undefined || line.value.trim() === '') return undefined;
  // Nextcloud's web interface escapes the comma of a data URI
  const value = line.value.trim().replaceAll('\\,', ',').replaceAll('\\;', ';');
  const [, mediaType, data] = /^data:([^;,]*)(?:;[^;,]*)*;base64,(.*)$/is.exec(value) ?? [];
  if (data !== undefined) return { mediaType: mediaType?.toLowerCase() ?? '', data: compact(data) };
  const declared = declaredType(line);
  return /^[a-z][a-z0-9+.-]*:/i.test(value)
    ? { mediaType: declared, url: value }
    : { mediaType: declared, data: compact(value) };
}

/** Puts a picture in, in the form of the card's version; keeps the place of the one before. */
export function setPhoto(card: Component, mediaType: string, base64: string): void {
  const [first, ...others] = linesOf(card, 'PHOTO');
  others.forEach((other) => removeLine(card, other));
  const version4 = isVersion4(card);
  const value = version4 ? `data:${mediaType};base64,${base64}` : base64;
  const line = first ?? card.add('PHOTO', value);
  line.value = value;
  // what described the picture before (crop rectangle, type) is untrue now
  for (const name of new Set(line.parameterNames)) line.setParameter(name, undefined);
  if (version4) return;
  line.setParameter('ENCODING', 'b');
  line.setParameter('TYPE', (mediaType.split('/')[1] ?? '').toUpperCase());
}

export function removePhoto(card: Component): void {
  linesOf(card, 'PHOTO').forEach((line) => removeLine(card, line));
}

function declaredType(line: ContentLine): string | undefined {
  const type = line.parameter('MEDIATYPE')[0] ?? line.parameter('TYPE')[0];
  if (type === undefined || type === '') return undefined;
  return type.includes('/') ? type.toLowerCase() : `image/${type.toLowerCase()}`;
}

function compact(base64: string): string {
  return base64.replace(/\s/g, '');
}
