import { isObject } from './document.ts';
import type { ReleaseTable } from '../operation.ts';

/** JSON with one entry a line, so that a diff shows which operation or tool changed. */
export function tableText(table: ReleaseTable): string {
  const sections = Object.entries(table).map(([key, value]) => {
    if (!isObject(value)) return `${JSON.stringify(key)}:${JSON.stringify(value)}`;
    const entries = Object.entries(value).map(
      ([name, entry]) => `${JSON.stringify(name)}:${JSON.stringify(entry)}`,
    );
    return `${JSON.stringify(key)}:{${entries.length === 0 ? '' : `\n${entries.join(',\n')}\n`}}`;
  });
  return `{\n${sections.join(',\n')}\n}\n`;
}
