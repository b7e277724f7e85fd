import { Archive } from './archive.ts';
import type { Extraction, Wish } from './document.ts';
import { counted, readSections } from './sections.ts';
import type { TextBuilder } from './text-builder.ts';
import { tableRow } from './text-builder.ts';
import { readXml } from './xml-events.ts';

const PARTS = /^word\/(?:document|styles|footnotes|endnotes)\.xml$/;

/** Word: WordprocessingML of ISO/IEC 29500. Deleted text of tracked changes is left out, inserted text is kept. */
export async function readDocx(bytes: Uint8Array, wish: Wish): Promise<Extraction> {
  const archive = new Archive(bytes, (name) => PARTS.test(name));
  const headings = headingStyles(archive.text('word/styles.xml') ?? '');
  const document = archive.need('word/document.xml');
  const notes = ['footnotes', 'endnotes'].map((part) => archive.text(`word/${part}.xml`) ?? '');
  return readSections(
    {
      kind: 'document',
      total: 1,
      leftOut: [
        ...counted(archive.count(/^word\/media\//), 'picture', 'pictures'),
        ...counted(
          archive.count(/^word\/(?:header|footer)\d*\.xml$/),
          'header or footer',
          'headers and footers',
        ),
        ...counted(archive.count(/^word\/comments\.xml$/), 'list of comments', 'lists of comments'),
      ],
      write(_number, into) {
        writeBody(document, headings, into);
        for (const note of notes) writeBody(note, headings, into);
      },
    },
    wish,
  );
}

/** Style id → heading level. Ids are translated in non-English files, names are not. */
function headingStyles(styles: string): Map<string, number> {
  const levels = new Map<string, number>();
  let id = '';
  readXml(styles, {
    open(name, attributes) {
      if (name === 'w:style') id = attributes['w:styleId'] ?? '';
      const heading = /^(?:heading (\d)|(title))$/i.exec(attributes['w:val'] ?? '');
      if (name === 'w:name' && heading !== null) levels.set(id, Number(heading[1] ?? 1));
    },
  });
  return levels;
}

function writeBody(xml: string, headings: ReadonlyMap<string, number>, into: TextBuilder): void {
  let text = '';
  let prefix = '';
  let inText = false;
  const rows: { cells: string[]; cell: string }[] = [];
  const paragraph = (): void => {
    const row = rows.at(-1);
    if (row === undefined) {
      // items of a list belong together
      if (prefix.endsWith('- ')) into.line(prefix + text);
      else if (text.trim() !== '') into.block(prefix + text);
    } else row.cell += row.cell === '' ? text : ` ${text}`;
    text = '';
    prefix = '';
  };
  readXml(xml, {
    open(name, attributes) {
      if (name === 'w:p') text = prefix = '';
      else if (name === 'w:t') inText = true;
      else if (name === 'w:tab') text += '\t';
      else if (name === 'w:br' || name === 'w:cr') text += '\n';
      else if (name === 'w:noBreakHyphen') text += '-';
      else if (name === 'w:pStyle') {
        const level = headings.get(attributes['w:val'] ?? '');
        if (level !== undefined) prefix = `${'#'.repeat(level)} `;
      } else if (name === 'w:ilvl' && prefix === '')
        prefix = `${'  '.repeat(Math.min(8, Number(attributes['w:val']) || 0))}- `;
      else if (name === 'w:tr') rows.push({ cells: [], cell: '' });
    },
    text(piece) {
      if (inText) text += piece;
    },
    close(name) {
      if (name === 'w:t') inText = false;
      else if (name === 'w:p') paragraph();
      else if (name === 'w:tc') {
        const row = rows.at(-1);
        row?.cells.push(row.cell);
        if (row !== undefined) row.cell = '';
      } else if (name === 'w:tr') writeRow(rows.pop()?.cells ?? []);
    },
  });

  function writeRow(cells: readonly string[]): void {
    const outer = rows.at(-1);
    // a table inside a cell becomes part of that cell's text
    if (outer === undefined) into.line(tableRow(cells));
    else outer.cell += ` ${cells.join(' ')}`;
  }
}
