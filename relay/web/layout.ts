import { PRODUCT } from '../version.ts';
import { INLINE_MARK } from './icon.ts';
import { Html, markup } from './markup.ts';
import type { Page, Section } from './page.ts';
import { SCRIPT_PATH } from './page-script.ts';
import { STYLE } from './style.ts';

const NAME = 'Nextcloud MCP gateway';

const SECTIONS: readonly { readonly key: Section; readonly href: string; readonly text: string }[] =
  [
    { key: 'start', href: '/', text: 'Connect' },
    { key: 'tools', href: '/tools', text: 'Tools' },
    { key: 'account', href: '/user/page', text: 'Your account' },
  ];

const MARK = new Html(INLINE_MARK);

/** The whole document around a page. */
export function documentOf(page: Page): string {
  const { title, heading = title, body, section, width } = page;
  const inTab = title === NAME ? NAME : `${title} · ${NAME}`;
  return markup`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${inTab}</title>
<link rel="icon" href="/assets/icon.svg" type="image/svg+xml">
<style>${new Html(STYLE)}</style>
${again(page)}${script(page)}</head>
<body>
<a class="skip" href="#main">Skip to the content</a>
<header class="top"><div>${brand(section)}${section === undefined ? markup`` : navigation(section)}</div></header>
<main id="main"${width === undefined ? markup`` : markup` class="${width}"`}>
<h1>${heading}</h1>
${body}
</main>
<footer>${PRODUCT.name} ${PRODUCT.version}</footer>
</body>
</html>
`.text;
}

function again({ refresh, script }: Page): Html {
  if (refresh === undefined) return markup``;
  const meta = markup`<meta http-equiv="refresh" content="${String(refresh)}">`;
  return script === true ? markup`<noscript>${meta}</noscript>\n` : markup`${meta}\n`;
}

function script({ script: wanted = false }: Page): Html {
  return wanted ? markup`<script src="${SCRIPT_PATH}" defer></script>\n` : markup``;
}

/** No link away from a way that somebody is on. */
function brand(section: Section | undefined): Html {
  return section === undefined
    ? markup`<span class="brand">${MARK}${NAME}</span>`
    : markup`<a class="brand" href="/">${MARK}${NAME}</a>`;
}

function navigation(current: Section): Html {
  const links = SECTIONS.map(
    ({ key, href, text }) =>
      markup`<li><a href="${href}"${key === current ? markup` aria-current="page"` : markup``}>${text}</a></li>`,
  );
  return markup`<nav aria-label="Sections"><ul>${links}</ul></nav>`;
}
