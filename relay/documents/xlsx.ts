import { Archive } from './archive.ts';
import type { Extraction, Wish } from './document.ts';
import { relationshipsOf } from './relationships.ts';
import { counted, readSections } from './sections.ts';
import type { TextBuilder } from './text-builder.ts';
import { tableRow } from './text-builder.ts';
import { readXml } from './xml-events.ts';
import { dateStyles, serialDate } from './xlsx-dates.ts';

const MAIN = 'xl/workbook.xml';
const PARTS =
  /^xl\/(?:workbook\.xml|_rels\/|worksheets\/[^/]+\.xml$|sharedStrings\.xml|styles\.xml)/;
const MAX_COLUMNS = 200;

interface Workbook {
  readonly strings: readonly string[];
  readonly dates: ReadonlySet<number>;
  readonly from1904: boolean;
}

/** Excel: one section per sheet, a row per line; of formulas the value that was last computed. */
export async function readXlsx(bytes: Uint8Array, wish: Wish): Promise<Extraction> {
  const archive = new Archive(bytes, (name) => PARTS.test(name));
  const targets = relationshipsOf(archive, MAIN);
  const sheets: { name: string; part: string }[] = [];
  let from1904 = false;
  readXml(archive.need(MAIN), {
    open(name, attributes) {
      if (name === 'workbookPr') from1904 = /^(?:1|true)$/.test(attributes['date1904'] ?? '');
      const part = name === 'sheet' ? targets.get(attributes['r:id'] ?? '') : undefined;
      if (part !== undefined) sheets.push({ name: attributes['name'] ?? '', part });
    },
  });
  const workbook: Workbook = {
    strings: sharedStrings(archive.text('xl/sharedStrings.xml') ?? ''),
    dates: dateStyles(archive.text('xl/styles.xml') ?? ''),
    from1904,
  };
  return readSections(
    {
      kind: 'sheet',
      total: sheets.length,
      leftOut: [
        ...counted(archive.count(/^xl\/media\//), 'picture', 'pictures'),
        ...counted(archive.count(/^xl\/charts\/chart/), 'chart', 'charts'),
        ...counted(archive.count(/^xl\/comments/), 'sheet’s comments', 'sheets’ comments'),
      ],
      write(number, into) {
        const sheet = sheets[number - 1];
        into.block(`## ${sheet?.name ?? ''}`);
        writeRows(archive.text(sheet?.part ?? '') ?? '', workbook, into);
      },
    },
    wish,
  );
}

function sharedStrings(xml: string): string[] {
  const strings: string[] = [];
  let text = '';
  let inText = false;
  let phonetic = false;
  readXml(xml, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') phonetic = true;
      else if (name === 't') inText = !phonetic;
    },
    text(piece) {
      if (inText) text += piece;
    },
    close(name) {
      if (name === 't') inText = false;
      else if (name === 'rPh') phonetic = false;
      else if (name === 'si') strings.push(text);
    },
  });
  return strings;
}

function writeRows(xml: string, workbook: Workbook, into: TextBuilder): void {
  let cells: string[] = [];
  let cell = { column: 0, type: '', style: 0 };
  let value = '';
  let inValue = false;
  readXml(xml, {
    open(name, { r, t, s }) {
      if (name === 'row') cells = [];
      else if (name === 'c') {
        cell = { column: columnOf(r) ?? cells.length, type: t ?? 'n', style: Number(s ?? 0) };
        value = '';
      } else if (name === 'v' || name === 't') inValue = true;
    },
    text(piece) {
      if (inValue) value += piece;
    },
    close(name) {
      if (name === 'v' || name === 't') inValue = false;
      else if (name === 'c' && cell.column < MAX_COLUMNS) {
        while (cells.length < cell.column) cells.push('');
        cells[cell.column] = shown(value, cell, workbook);
      } else if (name === 'row' && cells.some((text) => text !== '')) into.line(tableRow(cells));
    },
  });
}

/** `B7` → 1 */
function columnOf(reference: string | undefined): number | undefined {
  const letters = /^[A-Z]{1,3}/.exec(reference ?? '')?.[0];
  if (letters === undefined) return undefined;
  return Array.from(letters).reduce((sum, letter) => sum * 26 + letter.charCodeAt(0) - 64, 0) - 1;
}

function shown(
  value: string,
  { type, style }: { readonly type: string; readonly style: number },
  { strings, dates, from1904 }: Workbook,
): string {
  if (type === 's') return strings[Number(value)] ?? '';
  if (type === 'b') return value === '1' ? 'TRUE' : 'FALSE';
  if (type === 'n' && value !== '' && dates.has(style)) return serialDate(Number(value), from1904);
  return value;
}
