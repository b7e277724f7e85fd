import { readFileSync, readdirSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect } from 'chai';

const RELAY = fileURLToPath(new URL('./', import.meta.url));

/** From the entrance down; a file may import from its own layer and from those below it. */
const LAYERS: readonly (readonly string[])[] = [
  ['testing'],
  ['main.ts', 'start.mjs'],
  ['cli', 'demo'],
  ['app.ts'],
  ['web', 'http'],
  ['dependencies.ts', 'composition'],
  ['mcp'],
  ['signin', 'tools'],
  ['credentials'],
  ['store'],
  ['access'],
  ['config.ts', 'config'],
  ['documents'],
  ['nextcloud'],
  ['errors.ts', 'log.ts', 'redact.ts', 'version.ts', 'nearest.ts', 'garbage.ts', 'metrics'],
];

/** Libraries that have one home. */
const HOMES: Readonly<Record<string, readonly string[]>> = {
  axios: ['nextcloud', 'credentials'],
  xml2js: ['nextcloud', 'documents'],
  express: ['app.ts', 'http', 'web', 'testing'],
  commander: ['cli'],
  'prom-client': ['metrics'],
  'tough-cookie': ['nextcloud'],
  jose: ['access', 'credentials', 'signin', 'store', 'composition'],
  'oidc-provider': ['signin'],
  kysely: ['store'],
  pg: ['store'],
};

interface Import {
  readonly file: string;
  readonly target: string;
}

const imports: Import[] = readdirSync(RELAY, { recursive: true, encoding: 'utf8' })
  .filter((file) => /\.(?:ts|mjs)$/.test(file) && !file.endsWith('.test.ts'))
  .flatMap((file) =>
    [
      ...readFileSync(join(RELAY, file), 'utf8').matchAll(
        /\bfrom '([^']+)'|\bimport\('([^']+)'\)/g,
      ),
    ].map(([, from, dynamic]) => ({ file, target: from ?? dynamic ?? '' })),
  );

function room(file: string): string {
  return file.split('/')[0] ?? file;
}

function rank(file: string): number {
  return LAYERS.findIndex((layer) => layer.includes(room(file)));
}

describe('layers', () => {
  it('every room has its place', () => {
    const homeless = new Set(imports.map(({ file }) => room(file)).filter((one) => rank(one) < 0));
    expect([...homeless]).to.deep.equal([]);
  });

  it('imports point down', () => {
    const upward = imports
      .filter(({ target }) => target.startsWith('.'))
      .map(({ file, target }) => ({
        file,
        to: relative(RELAY, resolve(RELAY, dirname(file), target)),
      }))
      .filter(({ to }) => !to.startsWith('..'))
      .filter(({ file, to }) => rank(to) < rank(file))
      .map(({ file, to }) => `${file} → ${to}`);
    expect(upward).to.deep.equal([]);
  });

  it('outside, the relay knows only the door of openapi, and the demo the recordings', () => {
    const outside = imports
      .filter(({ target }) => target.startsWith('.'))
      .map(({ file, target }) => ({
        file,
        to: relative(RELAY, resolve(RELAY, dirname(file), target)),
      }))
      .filter(({ to }) => to.startsWith('..'))
      .filter(
        ({ file, to }) =>
          to !== '../openapi/index.ts' && to !== '../package.json' && room(file) !== 'demo',
      )
      .map(({ file, to }) => `${file} → ${to}`);
    expect(outside).to.deep.equal([]);
  });

  it('a library has one home', () => {
    const strays = imports
      .filter(({ file, target }) => HOMES[target]?.includes(room(file)) === false)
      .map(({ file, target }) => `${file} → ${target}`);
    expect(strays).to.deep.equal([]);
  });
});
