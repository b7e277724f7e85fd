import type { Effect } from '../../../openapi/index.ts';
import { markup } from '../markup.ts';
import type { Html } from '../markup.ts';

/** Reading and writing look different, and say so in words too. */
export function rightTag(writes: boolean): Html {
  return writes
    ? markup`<span class="tag writes">changes</span>`
    : markup`<span class="tag reads">reads</span>`;
}

/** What a tool does to data, at a glance. */
export function effectTag(effect: Effect): Html {
  switch (effect) {
    case 'read':
      return rightTag(false);
    case 'replace':
    case 'delete':
      return markup`<span class="tag removes">overwrites or removes</span>`;
    default:
      return rightTag(true);
  }
}
