import { tableRow } from './text-builder.ts';
import type { TextBuilder } from './text-builder.ts';
import { readHtml } from './xml-events.ts';

const SILENT = new Set(['script', 'style', 'head', 'template', 'svg', 'noscript']);
const BLOCKS = new Set([
  'p', 'div', 'section', 'article', 'header', 'footer', 'aside', 'main', 'nav', 'blockquote', 'pre', 'ul', 'ol',
  'table', 'figure', 'figcaption', 'dl', 'dt', 'dd', 'hr', 'address', 'body',
]); // prettier-ignore

/** Text of an HTML page: headings, lists and table rows in Markdown's way; scripts and styles left out. */
export function markupText(html: string, into: TextBuilder): void {
  let line = '';
  let silent = 0;
  let cells: string[] | undefined;
  const flush = (prefix = ''): void => {
    const text = line
      .replace(/[ \t\r\n\f]+/g, ' ')
      .replaceAll('\u0001', '\n')
      .trim();
    line = '';
    if (text !== '') into.block(prefix + text);
  };
  const takeCell = (): string => {
    const text = line.replace(/\s+/g, ' ').replaceAll('\u0001', ' ');
    line = '';
    return text;
  };
  readHtml(html, {
    open(name) {
      if (SILENT.has(name)) silent += 1;
      if (silent > 0) return;
      if (name === 'tr') {
        flush();
        cells = [];
      } else if (name === 'br') line += '\u0001';
      else if (BLOCKS.has(name) && cells === undefined) flush();
      else if (name === 'li' || /^h[1-6]$/.test(name)) flush();
    },
    text(text) {
      if (silent === 0) line += text;
    },
    close(name) {
      if (SILENT.has(name)) silent = Math.max(0, silent - 1);
      else if (silent > 0) return;
      else if (name === 'td' || name === 'th') cells?.push(takeCell());
      else if (name === 'tr') {
        if (cells !== undefined && cells.length > 0) into.line(tableRow(cells));
        cells = undefined;
      } else if (/^h[1-6]$/.test(name)) flush(`${'#'.repeat(Number(name[1]))} `);
      else if (name === 'li') flush('- ');
      else if (BLOCKS.has(name) && cells === undefined) flush();
    },
  });
  flush();
}
