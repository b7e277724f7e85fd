import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly name: string;
  readonly version: string;
};

/** Name and version as clients, logs and `--version` show them. */
export const PRODUCT = { name: manifest.name, version: manifest.version } as const;
