import * as z from 'zod';
import { RelayError } from '../../errors.ts';
import { photoOf, removePhoto, setPhoto as putPhoto } from '../../nextcloud/codecs/vcard-photo.ts';
import { openCard } from '../../nextcloud/codecs/vcard.ts';
import { defineTool } from '../tool.ts';
import type { ToolAnswer, ToolContext } from '../tool.ts';
import { CONTACT, ETAG } from './arguments.ts';
import { imageType } from './image-type.ts';
import { EDITING, editCard } from './edit-card.ts';
import { findCard, FINDING } from './stored-card.ts';
import type { StoredCard } from './stored-card.ts';

/** Nextcloud takes cards of 5 MiB; base64 adds a third. */
const LARGEST = 3 * 1024 * 1024;

export const getPhoto = defineTool({
  name: 'nc_contacts_get_photo',
  title: 'Get contact photo',
  description: 'Show the photo of a contact.',
  app: 'carddav',
  toolset: 'contacts_extra',
  scopes: ['contacts:read'],
  effect: 'read',
  uses: [...FINDING, 'carddav.read-contact-photo'],
  input: z.object({
    ...CONTACT,
    size: z
      .int()
      .min(1)
      .max(2048)
      .optional()
      .describe('Scale to this width in pixels; default as stored'),
  }),
  async run({ addressbook, uid, size }, context) {
    const stored = await findCard(addressbook, uid, context);
    const photo = photoOf(openCard(stored.text).card);
    if (photo === undefined)
      throw new RelayError('not_found', `The contact ${JSON.stringify(stored.uid)} has no photo.`, {
        status: 404,
      });
    // never fetched: the address is anybody's
    if (photo.data === undefined) return { uid: stored.uid, photo_url: photo.url ?? '' };
    const scaled = size === undefined ? undefined : await scaledPhoto(stored, size, context);
    return answer(stored.uid, scaled ?? Buffer.from(photo.data, 'base64'), photo.mediaType);
  },
});

/** Scaled by the server; undefined when it cannot read the picture. */
async function scaledPhoto(stored: StoredCard, size: number, { nextcloud, signal }: ToolContext) {
  const user = await nextcloud.userId();
  const args = { user, addressbook: stored.book, card: stored.file, size };
  const { data } = await nextcloud.execute('carddav.read-contact-photo', args, { signal });
  const bytes = (data as { bytes: Uint8Array } | null)?.bytes;
  return bytes?.byteLength === 0 ? undefined : bytes;
}

function answer(
  uid: string,
  bytes: Uint8Array,
  declared: string | undefined,
): ToolAnswer | ToolAnswer['data'] {
  const mimeType = imageType(bytes);
  const about = {
    uid,
    media_type: mimeType ?? declared ?? 'application/octet-stream',
    size: bytes.byteLength,
  };
  const data = Buffer.from(bytes).toString('base64');
  return mimeType === undefined
    ? { ...about, data }
    : { data: about, content: [{ type: 'image', data, mimeType }] };
}

export const setPhoto = defineTool({
  name: 'nc_contacts_set_photo',
  title: 'Set contact photo',
  description: 'Give a contact a photo (PNG, JPEG, GIF or WebP), or take it away.',
  app: 'carddav',
  toolset: 'contacts_extra',
  scopes: ['contacts:write'],
  effect: 'replace',
  uses: EDITING,
  input: z.object({
    ...CONTACT,
    content_base64: z.string().describe('The picture as base64; empty removes the photo'),
    etag: ETAG,
  }),
  async run({ addressbook: book, uid, content_base64, etag }, context) {
    const picture = content_base64 === '' ? undefined : pictureFrom(content_base64);
    const condition = etag === '' || etag === '*' ? undefined : etag;
    const { stored, changed } = await editCard(
      { book, uid, etag: condition },
      (card) => {
        if (picture === undefined) removePhoto(card);
        else putPhoto(card, picture.mediaType, picture.base64);
      },
      context,
    );
    return {
      addressbook: book,
      uid: stored.uid,
      etag: stored.etag,
      has_photo: picture !== undefined,
      changed,
    };
  },
});

function pictureFrom(given: string): { mediaType: string; base64: string } {
  const compact = given.replace(/^data:[^,]{0,200};base64,/, '').replace(/\s/g, '');
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(compact) || compact.length % 4 !== 0)
    throw new RelayError('invalid_argument', "Argument 'content_base64' is not valid base64.");
  const bytes = Buffer.from(compact, 'base64');
  const mediaType = imageType(bytes);
  if (mediaType === undefined)
    throw new RelayError('invalid_argument', 'The picture is neither PNG, JPEG, GIF nor WebP.');
  if (bytes.byteLength > LARGEST)
    throw new RelayError(
      'too_large',
      `The picture has ${String(bytes.byteLength)} bytes; at most ${String(LARGEST)} fit.`,
    );
  return { mediaType, base64: compact };
}
