import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'chai';
import { documentOf, workspace } from './fixtures/workspace.ts';
import { sync } from './sync.ts';

const operation = (operationId: string, path: string): Record<string, unknown> =>
  documentOf({ [path]: { get: { operationId, responses: {} } } });

const both = documentOf({
  '/a': { get: { operationId: 'a', responses: {} } },
  '/b': { get: { operationId: 'b', responses: {} } },
});

const sha512 = (content: unknown): string =>
  createHash('sha512').update(JSON.stringify(content)).digest('hex');

function serverTree(hashes: Record<string, string>): Record<string, unknown> {
  return {
    'version.php': "<?php $OC_VersionString = '32.0.1';",
    'core/openapi.json': operation('core-op', '/core'),
    'core/signature.json': { hashes },
    'apps/shelf/appinfo/info.xml': '<info><id>shelf</id><version>1.2.3</version></info>',
    'apps/shelf/appinfo/signature.json': { hashes: { 'openapi-full.json': sha512(both) } },
    'apps/shelf/openapi.json': operation('a', '/a'),
    'apps/shelf/openapi-administration.json': operation('b', '/b'),
    'apps/shelf/openapi-full.json': both,
  };
}

describe('sync', () => {
  let place: ReturnType<typeof workspace>;
  afterEach(() => {
    place.remove();
  });

  const run = (from: string, more: { app?: string } = {}) =>
    sync({
      from: join(place.folder, from),
      release: '32',
      out: join(place.folder, 'out'),
      ...more,
    });
  const written = (
    app: string,
  ): { info: unknown; paths: Record<string, { get: Record<string, unknown> }> } =>
    JSON.parse(readFileSync(join(place.folder, 'out', '32', `${app}.json`), 'utf8')) as never;

  it('reads a server tree: full variant, versions, access by variant, signature', async () => {
    place = workspace(serverTree({ 'core/openapi.json': sha512(operation('core-op', '/core')) }));
    const report = await run('.');
    expect(report).to.deep.include({ operations: 3, verifiedFiles: 2 });
    expect(report.apps.map(({ app, version }) => `${app} ${version}`)).to.deep.equal([
      'core 32.0.1',
      'shelf 1.2.3',
    ]);
    expect(written('shelf').paths['/b']?.get).to.include({
      'x-access': 'admin',
      'x-variant': 'administration',
    });
    expect(written('shelf').paths['/a']?.get).not.to.have.property('x-access');
  });

  it('refuses a server tree with a changed document and writes nothing', async () => {
    place = workspace(serverTree({ 'core/openapi.json': sha512('something else') }));
    const refused = await run('.').catch((error: unknown) => (error as Error).message);
    expect(refused).to.equal(
      'core/openapi.json: does not match the SHA-512 in the release signature',
    );
    expect(existsSync(join(place.folder, 'out'))).to.equal(false);
  });

  it('refuses a signature that cannot be read or holds no hashes', async () => {
    for (const [signature, reason] of [
      ['{"hashes": {', 'neither JSON nor YAML'],
      [{}, 'a signature without hashes'],
    ] as const) {
      place = workspace({ ...serverTree({}), 'core/signature.json': signature });
      const refused = await run('.').catch((error: unknown) => (error as Error).message);
      expect(refused).to.include('core/signature.json: ').and.to.include(reason);
      expect(existsSync(join(place.folder, 'out'))).to.equal(false);
      place.remove();
    }
  });

  it('wants to be told the app where nothing names it', async () => {
    const text = JSON.stringify(both);
    place = workspace({ 'openapi.json': text, 'My App.json': text });
    const message = (from: string) => run(from).catch((error: unknown) => (error as Error).message);
    expect(await message('openapi.json')).to.include(
      'does not tell which app it is of: --app <id>',
    );
    expect(await message('My App.json')).to.include('My App: no app id (a-z, 0-9, _)');
    expect((await run('openapi.json', { app: 'own' })).apps[0]).to.include({ app: 'own' });
  });

  it('reads a folder of named documents, an app tree, one file', async () => {
    place = workspace({
      'folder/shelf@1.0-full.json': both,
      'folder/shelf@1.0-administration.json': operation('b', '/b'),
      'folder/empty@1.0.json': documentOf({}),
      'tree/appinfo/info.xml': '<info><id>tree</id><version>7</version></info>',
      'tree/openapi.json': operation('a', '/a'),
      'mine.yaml':
        'openapi: 3.1.0\ninfo: { version: "5" }\npaths: { /x: { get: { responses: {} } } }',
    });
    expect(await run('folder')).to.deep.include({ operations: 2, empty: ['empty'] });
    expect(written('shelf').paths['/b']?.get).to.include({ 'x-access': 'admin' });
    expect((await run('tree')).apps).to.deep.equal([
      { app: 'tree', version: '7', operations: 1, changed: true },
    ]);
    expect((await run('mine.yaml', { app: 'own' })).apps[0]).to.include({
      app: 'own',
      version: '5',
    });
    expect(written('own').paths['/x']?.get).to.include({ operationId: 'get-x' });
    expect((await run('folder/shelf@1.0-full.json')).apps[0]).to.include({
      version: '1.0',
      changed: false,
    });
  });

  it('wants a choice between several versions', async () => {
    place = workspace({ 'f/shelf@1.0.json': both, 'f/shelf@2.0.json': both });
    const refused = await run('f').catch((error: unknown) => (error as Error).message);
    expect(refused).to.include('several versions (1.0, 2.0); name one file');
    expect((await run('f/shelf@2.0.json')).apps[0]).to.include({ version: '2.0' });
  });

  it('tells what is wrong with a file', async () => {
    place = workspace({
      'bad.json': '{"openapi": ',
      'list.yaml': '- a',
      'circle.yaml': 'a: &a { b: *a }',
      'deep.json': `{"a": ${'['.repeat(9_000)}${']'.repeat(9_000)}}`,
    });
    const message = (from: string) => run(from).catch((error: unknown) => (error as Error).message);
    expect(await message('bad.json')).to.include('bad.json: neither JSON nor YAML');
    expect(await message('list.yaml')).to.include('list.yaml: an object is expected');
    expect(await message('none')).to.include('no such file or folder');
    expect(await message('circle.yaml')).to.include('circle.yaml: more than 500 levels deep');
    expect(await message('deep.json')).to.include('deep.json: more than 500 levels deep');
  });
});
