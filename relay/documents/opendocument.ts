import { Archive } from './archive.ts';
import type { Extraction, SectionKind, Wish } from './document.ts';
import { counted, readSections } from './sections.ts';
import { TextBuilder, tableRow } from './text-builder.ts';
import { readXml } from './xml-events.ts';
import type { Attributes } from './xml-events.ts';

const MAX_REPEATS = 200;

/** Text, sheets and slides of OpenDocument (ISO/IEC 26300). */
export async function readOpenDocument(
  bytes: Uint8Array,
  wish: Wish,
  format: 'odt' | 'ods' | 'odp',
): Promise<Extraction> {
  const archive = new Archive(bytes, (name) => name === 'content.xml');
  const kind: SectionKind = ({ odt: 'document', ods: 'sheet', odp: 'slide' } as const)[format];
  const sections = splitSections(archive.need('content.xml'), kind, wish.maxText);
  return readSections(
    {
      kind,
      total: sections.length,
      leftOut: counted(archive.count(/^Pictures\/./), 'picture', 'pictures'),
      write(number, into) {
        into.block(sections[number - 1]?.text() ?? '');
      },
    },
    wish,
  );
}

interface Row {
  cells: string[];
  cell: string;
  repeat: number;
}

function splitSections(xml: string, kind: SectionKind, maxText: number): TextBuilder[] {
  const sections: TextBuilder[] = [];
  const begin = (title?: string): void => {
    const section = new TextBuilder(maxText);
    if (title !== undefined) section.block(title);
    sections.push(section);
  };
  if (kind === 'document') begin();
  const into = (): TextBuilder | undefined => sections.at(-1);
  const paragraphs: { text: string; prefix: string }[] = [];
  const rows: Row[] = [];
  let lists = 0;
  let ignored = 0;

  function paragraph({ text, prefix }: { text: string; prefix: string }): void {
    const row = rows.at(-1);
    if (row !== undefined) row.cell += row.cell === '' ? text : ` ${text}`;
    else if (lists > 0) into()?.line(`${'  '.repeat(Math.min(8, lists - 1))}- ${text}`);
    else into()?.block(prefix + text);
  }

  readXml(xml, {
    open(name, attributes) {
      if (name === 'text:tracked-changes' || name === 'office:annotation') ignored += 1;
      else if (ignored > 0) return;
      else if (name === 'text:p') paragraphs.push({ text: '', prefix: '' });
      else if (name === 'text:h') paragraphs.push({ text: '', prefix: heading(attributes) });
      else if (name === 'text:list') lists += 1;
      else if (name === 'table:table' && kind === 'sheet')
        begin(`## ${attributes['table:name'] ?? ''}`);
      else if (name === 'draw:page') begin(`## Slide ${String(sections.length + 1)}`);
      else if (name === 'table:table-row') rows.push({ cells: [], cell: '', repeat: 1 });
      else if (name === 'table:table-cell' || name === 'table:covered-table-cell')
        startCell(rows.at(-1), attributes);
      else addSpace(paragraphs.at(-1), name, attributes);
    },
    text(piece) {
      const open = paragraphs.at(-1);
      if (open !== undefined && ignored === 0) open.text += piece.replace(/\s+/g, ' ');
    },
    close(name) {
      if (name === 'text:tracked-changes' || name === 'office:annotation') ignored -= 1;
      else if (ignored > 0) return;
      else if (name === 'text:p' || name === 'text:h') {
        const done = paragraphs.pop();
        if (done !== undefined) paragraph(done);
      } else if (name === 'text:list') lists -= 1;
      else if (name === 'table:table-cell' || name === 'table:covered-table-cell')
        endCell(rows.at(-1));
      else if (name === 'table:table-row') endRow(rows.pop(), rows.at(-1), into());
    },
  });
  return sections;
}

function heading(attributes: Attributes): string {
  const level = Math.min(6, Math.max(1, Number(attributes['text:outline-level']) || 1));
  return `${'#'.repeat(level)} `;
}

function addSpace(open: { text: string } | undefined, name: string, attributes: Attributes): void {
  if (open === undefined) return;
  if (name === 'text:tab') open.text += '\t';
  else if (name === 'text:line-break') open.text += '\n';
  else if (name === 'text:s')
    open.text += ' '.repeat(Math.min(MAX_REPEATS, Number(attributes['text:c']) || 1));
}

function startCell(row: Row | undefined, attributes: Attributes): void {
  if (row === undefined) return;
  row.cell = '';
  row.repeat = Math.min(MAX_REPEATS, Number(attributes['table:number-columns-repeated']) || 1);
}

function endCell(row: Row | undefined): void {
  for (let count = 0; row !== undefined && count < row.repeat; count += 1) row.cells.push(row.cell);
  if (row !== undefined) row.cell = '';
}

function endRow(row: Row | undefined, outer: Row | undefined, into: TextBuilder | undefined): void {
  // sheets end in thousands of repeated empty cells
  const cells = row?.cells ?? [];
  while (cells.at(-1) === '') cells.pop();
  if (cells.length === 0) return;
  if (outer === undefined) into?.line(tableRow(cells));
  else outer.cell += ` ${cells.join(' ')}`;
}
