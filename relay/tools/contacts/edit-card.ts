import { isDeepStrictEqual } from 'node:util';
import { RelayError } from '../../errors.ts';
import type { Component } from '../../nextcloud/codecs/content-lines.ts';
import { contactView } from '../../nextcloud/codecs/vcard-view.ts';
import { openCard } from '../../nextcloud/codecs/vcard.ts';
import type { ToolContext } from '../tool.ts';
import { aboutBook } from './addressbooks.ts';
import { plainEtag, sentEtag } from './etag.ts';
import { storedView } from './card-view.ts';
import { findCard, FINDING, readCard } from './stored-card.ts';
import type { StoredCard } from './stored-card.ts';

const ATTEMPTS = 3;

/** Operations of `editCard`. */
export const EDITING = [...FINDING, 'carddav.write-contact'] as const;

export interface Edited {
  readonly stored: StoredCard;
  readonly changed: boolean;
}

/**
 * Reads the stored card, edits it line by line and writes it back if nobody changed it meanwhile; otherwise edits the
 * newer one. With `etag` a card changed since that reading is refused instead.
 *
 * @throws RelayError `not_found`, or `conflict` with the current contact and what differs from the wish
 */
export async function editCard(
  { book, uid, etag }: { book: string; uid: string; etag?: string | undefined },
  edit: (card: Component) => void,
  context: ToolContext,
): Promise<Edited> {
  for (let attempt = 1; ; attempt += 1) {
    const stored = await findCard(book, uid, context);
    const { file, card } = openCard(stored.text);
    edit(card);
    if (etag !== undefined && plainEtag(etag) !== stored.etag) throw changedMeanwhile(stored, card);
    const text = file.toString();
    if (text === stored.text) return { stored, changed: false };
    try {
      return {
        stored: await aboutBook(
          book,
          context,
          writeCard({ ...stored, text }, sentEtag(stored.etag), context),
        ),
        changed: true,
      };
    } catch (error) {
      if (!(error instanceof RelayError && error.status === 412)) throw error;
      if (attempt === ATTEMPTS) throw changedMeanwhile(stored, card);
    }
  }
}

/** Writes a card, over the one with that ETag or as a new one, and gives it as stored. */
export async function writeCard(
  card: StoredCard,
  ifMatch: string | undefined,
  context: ToolContext,
): Promise<StoredCard> {
  const { nextcloud, signal } = context;
  const user = await nextcloud.userId();
  const condition = ifMatch === undefined ? { 'If-None-Match': '*' } : { 'If-Match': ifMatch };
  const reply = await nextcloud.execute(
    'carddav.write-contact',
    { user, addressbook: card.book, card: card.file, body: card.text, ...condition },
    { signal },
  );
  const etag = reply.headers['etag'];
  if (etag !== undefined) return { ...card, etag: plainEtag(etag) };
  // no ETag: the server stored something else than what it was given (RFC 6352 section 6.3.2.3)
  return (await readCard(card.book, card.file, context)) ?? card;
}

function changedMeanwhile(stored: StoredCard, wished: Component): RelayError {
  const current = contactView(openCard(stored.text).card);
  const mine = contactView(wished);
  const fields = new Set([...Object.keys(current), ...Object.keys(mine)]);
  const differs = [...fields].filter((field) => !isDeepStrictEqual(current[field], mine[field]));
  return new RelayError(
    'conflict',
    `The contact ${JSON.stringify(stored.uid)} was changed meanwhile; nothing was written.`,
    {
      hint: 'Compare details.current with what you want, then try again with its etag.',
      status: 412,
      details: { differs_from_yours: differs, current: storedView(stored) },
    },
  );
}
