import { readXml } from './xml-events.ts';

/** Number formats that ECMA-376 18.8.30 gives fixed ids and that show dates or times. */
const BUILT_IN = new Set([14, 15, 16, 17, 18, 19, 20, 21, 22, 45, 46, 47]);

/** Indexes of the cell styles that show their number as a date or time. */
export function dateStyles(styles: string): Set<number> {
  const formats = new Set(BUILT_IN);
  const dates = new Set<number>();
  let inCells = false;
  let index = 0;
  readXml(styles, {
    open(name, { numFmtId, formatCode }) {
      if (name === 'numFmt' && isDateFormat(formatCode ?? '')) formats.add(Number(numFmtId));
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        if (formats.has(Number(numFmtId))) dates.add(index);
        index += 1;
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
  });
  return dates;
}

/** Letters of dates outside quotes, colours and escapes: `[Red]0.00` is none, `yyyy\-mm` is one. */
function isDateFormat(code: string): boolean {
  return /[ymdhs]/i.test(code.replace(/"[^"]*"|\\.|\[(?!h+\]|m+\]|s+\])[^\]]*\]|_./gi, ''));
}

/** Days since the end of 1899 (or since 1904) as ISO 8601; a time alone when the day is 0. */
export function serialDate(serial: number, from1904: boolean): string {
  if (!Number.isFinite(serial) || serial < 0 || serial > 2_958_466) return String(serial);
  // Excel counts a 29 February 1900 that never was
  const day = serial + (from1904 ? 1462 : serial < 60 ? 1 : 0);
  const time = new Date(Math.round((day - 25_569) * 86_400) * 1000);
  const iso = time.toISOString();
  if (serial < 1 && !from1904) return iso.slice(11, 19);
  return Number.isInteger(serial) ? iso.slice(0, 10) : iso.slice(0, 19);
}
