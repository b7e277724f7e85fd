import { RelayError } from '../errors.ts';

export interface ListPage {
  readonly items: readonly unknown[];
  /** Give it back as `cursor` to go on; absent on the last page. */
  readonly nextCursor?: string;
}

/**
 * As many items from `cursor` on as fit into `maxBytes` of JSON, at least one. The cursor is a position in the list as
 * the server gives it now: nothing is kept between calls, so any replica can serve the next page.
 */
export function pageOf(items: readonly unknown[], cursor: unknown, maxBytes: number): ListPage {
  const start = positionOf(cursor);
  let bytes = 0;
  let end = start;
  while (end < items.length) {
    bytes += Buffer.byteLength(JSON.stringify(items[end])) + 1;
    if (bytes > maxBytes && end > start) break;
    end += 1;
  }
  const page = items.slice(start, end);
  return end < items.length ? { items: page, nextCursor: `at-${String(end)}` } : { items: page };
}

function positionOf(cursor: unknown): number {
  if (cursor === undefined || cursor === '') return 0;
  const position = typeof cursor === 'string' ? /^at-(\d{1,9})$/.exec(cursor)?.[1] : undefined;
  if (position === undefined) {
    throw new RelayError('invalid_argument', 'That cursor is not one this tool gave out.', {
      hint: 'Leave cursor out to start, or give back next_cursor of the previous answer unchanged.',
    });
  }
  return Number(position);
}
