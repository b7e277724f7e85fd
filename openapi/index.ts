import { readFileSync } from 'node:fs';
import type { Operations } from './generated/types.ts';
import { RELEASES } from './operation.ts';
import type { Release, ReleaseTable } from './operation.ts';

export * from './operation.ts';

/** `<app>.<operationId>` of every operation in any stored release. */
export type OperationKey = keyof Operations;
export type ArgumentsOf<K extends OperationKey> = Operations[K]['arguments'];
export type ResultOf<K extends OperationKey> = Operations[K]['result'];

const loaded = new Map<Release, ReleaseTable>();

/** The operation and tool tables of one release, read once. */
export function releaseTable(release: Release): ReleaseTable {
  let table = loaded.get(release);
  if (table === undefined) {
    const file = new URL(`./generated/${release}.json`, import.meta.url);
    table = JSON.parse(readFileSync(file, 'utf8')) as ReleaseTable;
    loaded.set(release, table);
  }
  return table;
}

/** Toolsets of the operation tools in any stored release. */
export function operationToolsets(): readonly string[] {
  const file = new URL('./generated/toolsets.json', import.meta.url);
  return JSON.parse(readFileSync(file, 'utf8')) as string[];
}

/** The stored release for a server: its own, else the nearest lower one, else the oldest. */
export function releaseFor(major: number): Release {
  const fitting = RELEASES.filter((release) => Number(release) <= major);
  return fitting.at(-1) ?? RELEASES[0];
}
