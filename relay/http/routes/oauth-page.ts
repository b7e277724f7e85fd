import { createHash } from 'node:crypto';
import type { Response } from 'express';
import { escape } from '../../web/escape.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e8eb); --page: light-dark(#fff, #16191d); --mark: light-dark(#00679e, #5ab5e8); }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 34rem; margin: 4rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.5rem; } .code { font: 700 1.8rem ui-monospace, monospace; letter-spacing: 0.2em; }
button, a.button { display: inline-block; font: inherit; font-weight: 600; color: var(--page); background: var(--mark); border: 0; border-radius: 6px; padding: 0.6rem 1.2rem; text-decoration: none; }
`;

/** No script, no frame, no foreign resource; forms go to this gateway only. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

export interface OAuthPage {
  readonly title: string;
  /** Made by `markup`, so everything in it is escaped. */
  readonly body: Html;
  /** Seconds after which the browser asks again. */
  readonly refresh?: number;
  readonly status?: number;
}

/** Text that may stand in a page. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/**
 * Markup with values in it; every value that is not markup itself is escaped. Not named `html`: the formatter would
 * rewrite what is inside, and with it the style whose hash is in the policy.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly (string | Html)[]): Html {
  const text = parts.map((part, index) => {
    const value = values[index];
    if (value === undefined) return part;
    return part + (value instanceof Html ? value.text : escape(value));
  });
  return new Html(text.join(''));
}

/**
 * Sends a page that no cache keeps and whose address (it may hold a state) goes to no other server. Not `no-referrer`:
 * under that browsers send our own forms with `Origin: null`, which the origin check refuses.
 */
export function sendPage(
  response: Response,
  { title, body, refresh, status = 200 }: OAuthPage,
): void {
  response.set({
    'Content-Security-Policy': POLICY,
    'X-Content-Type-Options': 'nosniff',
    'Referrer-Policy': 'same-origin',
    'Cache-Control': 'no-store',
  });
  const again =
    refresh === undefined
      ? markup``
      : markup`<meta http-equiv="refresh" content="${String(refresh)}" />`;
  response
    .status(status)
    .type('html')
    .send(
      markup`<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
${again}
<title>${title}</title>
<style>${new Html(STYLE)}</style>
<h1>${title}</h1>
${body}
</html>
`.text,
    );
}

/** For links that are over, used or were never ours: which of these is nobody's business. */
export function sendDeadLink(response: Response): void {
  sendPage(response, {
    status: 400,
    title: 'This link is not valid any more',
    body: markup`<p>Links work once and for ten minutes. Ask your assistant for a new one.</p>`,
  });
}
