import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { expect } from 'chai';
import { workspace } from './fixtures/workspace.ts';

const folder = new URL('.', import.meta.url).pathname;

function run(command: string, ...args: string[]): { status: number | null; stderr: string } {
  const done = spawnSync(process.execPath, [join(folder, command), ...args], { encoding: 'utf8' });
  return { status: done.status, stderr: done.stderr };
}

describe('pipeline commands', () => {
  it('tell mistakes in what they are given without a stack', () => {
    const place = workspace({
      'table.json': {},
      'access.json': '{',
      'doc.json': { openapi: '3.1.0' },
    });
    const [table, access, document] = ['table.json', 'access.json', 'doc.json'].map((name) =>
      join(place.folder, name),
    ) as [string, string, string];
    const outcomes = [
      run('diff.ts', '--from', '32', '--to', table),
      run('diff.ts', '--from', '32', '--to', '34', '--app', 'nobody'),
      run('diff.ts', '--from', '32', '--to', `${table}.gone`),
      run('sync.ts', '--from', document, '--release', '34', '--access', access),
      run('sync.ts', '--from', document, '--release', '34', '--access', `${access}.gone`),
    ];
    place.remove();
    expect(outcomes.map(({ status }) => status)).to.deep.equal([2, 2, 2, 1, 1]);
    for (const [index, words] of [
      'is no table of operations and tools',
      'neither release has operations of nobody',
      'cannot be read: ENOENT',
      'access.json: neither JSON nor YAML',
      'access.json.gone: cannot be read: ENOENT',
    ].entries()) {
      expect(outcomes[index]?.stderr)
        .to.include(words)
        .and.not.to.match(/^ +at /m);
    }
  });

  it('end quietly when nobody reads on', () => {
    const pipe = `'${process.execPath}' '${join(folder, 'diff.ts')}' --from 32 --to 34 | head -n 1`;
    const done = spawnSync('bash', ['-c', pipe], { encoding: 'utf8' });
    expect(done.stdout.split('\n')).to.have.length(2);
    expect(done.stderr).to.equal('');
  });
});
