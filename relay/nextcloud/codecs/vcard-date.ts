import type { ContentLine, Component } from './content-lines.ts';
import { isVersion4, linesOf, nameFor, removeLine } from './vcard.ts';

/** The year that Apple's and Nextcloud's vCard 3 use for "no year". */
const NO_YEAR = '1604';

/**
 * A date as people write it: `1985-04-12`, without a year `--04-12`, only a year `1985`, a month `1985-04`. Anything
 * else (a time, a text) is given as it stands.
 */
export function dateOf(line: ContentLine | undefined): string | undefined {
  if (line === undefined) return undefined;
  if (line.parameter('VALUE')[0]?.toLowerCase() === 'text') return line.text;
  const value = line.value.trim();
  const [, year = '', month = '', day = ''] =
    /^(\d{4}|--)-?(\d\d)-?(\d\d)(?:T0{2}:?0{2}:?0{2}(?:\.0+)?Z?)?$/.exec(value) ?? [];
  if (year === '') return value === '' ? undefined : value;
  const omitted = line.parameter('X-APPLE-OMIT-YEAR')[0] ?? NO_YEAR;
  return year === '--' || year === omitted ? `--${month}-${day}` : `${year}-${month}-${day}`;
}

/** A calendar date `YYYY-MM-DD`, `--MM-DD`, `YYYY-MM` or `YYYY`, with or without dashes; undefined for other texts. */
export function readDate(text: string): string | undefined {
  const [, year, month, day] =
    /^(\d{4}|--)-?(\d\d)-?(\d\d)$/.exec(text.trim()) ??
    /^(\d{4})(?:-(\d\d))?$/.exec(text.trim()) ??
    [];
  if (year === undefined) return undefined;
  if (month === undefined) return year;
  if (day === undefined)
    return Number(month) >= 1 && Number(month) <= 12 ? `${year}-${month}` : undefined;
  const leap = year === '--' ? '2000' : year;
  const date = new Date(`${leap}-${month}-${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime()) || date.toISOString().slice(8, 10) !== day) return undefined;
  return `${year === '--' ? '-' : year}-${month}-${day}`;
}

/** Sets BDAY or ANNIVERSARY to a date of `readDate`'s form; an empty one removes it. */
export function setDate(card: Component, property: string, date: string): void {
  const [line, ...others] = linesOf(card, property);
  others.forEach((other) => removeLine(card, other));
  if (date === '') {
    if (line !== undefined) removeLine(card, line);
    return;
  }
  if (line !== undefined && dateOf(line) === date) return;
  const noYear = date.startsWith('--');
  const version4 = isVersion4(card);
  const target = line ?? card.add(nameFor(card, property), date);
  target.value = version4 ? basic(date) : noYear ? `${NO_YEAR}${date.slice(1)}` : date;
  target.setParameter('X-APPLE-OMIT-YEAR', !version4 && noYear ? NO_YEAR : undefined);
  if (version4 || target.parameter('VALUE')[0]?.toLowerCase() !== 'date')
    target.setParameter('VALUE', undefined);
}

/** RFC 6350 section 4.3.1 wants the basic format, only year and month keep their dash. */
function basic(date: string): string {
  if (date.startsWith('--')) return `--${date.slice(2).replace('-', '')}`;
  return /^\d{4}-\d\d$/.test(date) ? date : date.replaceAll('-', '');
}
