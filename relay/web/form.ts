import { markup } from './markup.ts';
import type { Html } from './markup.ts';
import type { FormView } from './views.ts';

/** A form that posts back with the session's token. `id` lets a button elsewhere on the page send it. */
export function form({ action, csrf }: FormView, content: Html, id?: string): Html {
  const name = id === undefined ? markup`` : markup` id="${id}"`;
  return markup`<form method="post" action="${action}"${name}><input type="hidden" name="csrf" value="${csrf}">${content}</form>`;
}

/** An address to follow that somebody else gave: nothing but the web is followed. */
export function webAddress(address: string): string {
  return URL.canParse(address) && /^https?:$/.test(new URL(address).protocol) ? address : '#';
}
