import type { ContentLine } from './content-lines.ts';
import { escapeText, splitValue } from './content-lines.ts';
import { structured } from './vcard-view.ts';

/** Sets the named parts of N or ADR; those not named, and those as wished already, keep their spelling. */
export function setParts<Part extends string>(
  line: ContentLine,
  names: readonly Part[],
  wished: Partial<Readonly<Record<Part, string>>>,
): void {
  const parts = splitValue(line.value, ';');
  const current = structured(line, names);
  names.forEach((name, index) => {
    while (parts.length <= index) parts.push('');
    const wish = wished[name];
    if (wish !== undefined && wish !== (current?.[name] ?? '')) parts[index] = escapeText(wish);
  });
  const changed = names.some(
    (name) => (wished[name] ?? current?.[name] ?? '') !== (current?.[name] ?? ''),
  );
  if (changed) line.value = parts.join(';');
}
