import type { Release, ReleaseTable } from '../operation.ts';
import { DocumentError } from './document.ts';

/** Tool name by operation key: what clients have seen and may have written into prompts and permissions. */
export type NamesLock = Readonly<Record<string, string>>;

export function namesOf(tables: Readonly<Record<Release, ReleaseTable>>): NamesLock {
  const names: Record<string, string> = {};
  for (const table of Object.values(tables)) {
    for (const tool of Object.values(table.tools)) names[tool.operation] = tool.name;
  }
  return Object.fromEntries(Object.entries(names).sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** New tools are welcome; a renamed or vanished one breaks clients and has to be accepted. */
export function checkNames(lock: NamesLock, names: NamesLock, file: string): DocumentError[] {
  const mistakes: DocumentError[] = [];
  for (const [operation, locked] of Object.entries(lock)) {
    const name = names[operation];
    if (name === locked) continue;
    const what =
      name === undefined ? `the tool ${locked} is gone` : `${locked} is now called ${name}`;
    mistakes.push(
      new DocumentError(
        file,
        operation,
        `${what}; clients know the old name (--accept-names takes it over)`,
      ),
    );
  }
  return mistakes;
}
