import { markup } from './markup.ts';
import type { Html } from './markup.ts';

/** Epoch seconds as people read them. In UTC and saying so: the page does not know where its reader is. */
export function moment(seconds: number): Html {
  const iso = new Date(seconds * 1000).toISOString();
  return markup`<time datetime="${iso}">${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC</time>`;
}
