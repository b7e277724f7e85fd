import { expect } from 'chai';
import fc from 'fast-check';
import { releaseTable } from '../../../openapi/index.ts';
import { RelayError } from '../../errors.ts';
import { buildRequest } from '../../nextcloud/build-request.ts';
import { davPath, filePath, nameOf, parentOf, pathBelowRoot, pathOfHref } from './file-path.ts';

const { operations } = releaseTable('32');
const FILES = '/remote.php/dav/files/alice/';

/** Path and Destination as they would leave the process. */
function sent(path: string): { readonly path: string; readonly destination: string } {
  const move = operations['webdav.move-file'];
  if (move === undefined) throw new Error('no such operation');
  const built = buildRequest(move, { user: 'alice', path, Destination: davPath('alice', path) });
  return { path: built.path, destination: built.headers['Destination'] ?? '' };
}

describe('file paths', () => {
  it('drops slashes at the ends and doubled ones', () => {
    expect(filePath('path', '//Photos//a b.txt/')).to.equal('Photos/a b.txt');
    for (const root of ['', '/', '//']) expect(filePath('path', root)).to.equal('/');
  });

  it('refuses . and .., control characters and halves of characters', () => {
    for (const path of ['..', 'a/../b', './a', 'a/.', 'a\nb', 'a\u0000', 'a\ud800b'])
      expect(() => filePath('path', path), path).to.throw(
        RelayError,
        /^Argument 'path' must|valid/,
      );
    expect(filePath('path', 'a..b/...')).to.equal('a..b/...');
  });

  it('refuses the root where something is changed', () => {
    expect(() => pathBelowRoot('path', '/')).to.throw(RelayError, /not the root/);
  });

  it('knows name and folder', () => {
    expect([nameOf('a/b c'), parentOf('a/b c')]).to.deep.equal(['b c', 'a']);
    for (const path of ['a', '/']) expect(parentOf(path)).to.equal('/');
  });

  it('reads paths back from hrefs of answers', () => {
    expect(pathOfHref('alice', '/files/alice/a b/')).to.equal('a b');
    expect(pathOfHref('alice', '/files/alice/')).to.equal('/');
    expect(pathOfHref('a.b', '/files/a.b/files/a.b')).to.equal('files/a.b');
  });

  it('never leaves the user’s files, whatever it is given (10,000 cases)', () => {
    const hostile = fc.constantFrom(
      '..',
      '.',
      '%2e%2e',
      '%2f',
      '\\',
      '/',
      '?',
      '#',
      '%',
      ' ',
      '\r\n',
      '😀',
      'ü',
      ';',
      '&',
      '+',
    );
    const any = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc
        .array(fc.oneof(hostile, fc.string({ maxLength: 5 })), { maxLength: 12 })
        .map((parts) => parts.join('')),
    );
    fc.assert(
      fc.property(any, (given) => {
        let path: string;
        try {
          path = pathBelowRoot('path', given);
        } catch (error) {
          expect(error).to.be.instanceOf(RelayError);
          return;
        }
        const request = sent(path);
        for (const url of [request.path, request.destination]) {
          // as a server reads it: dot segments resolved, query and fragment cut
          const { pathname, search, hash } = new URL(url, 'https://cloud.example.org');
          expect(pathname.startsWith(FILES)).to.equal(true);
          expect(search + hash).to.equal('');
          const segments = pathname.slice(FILES.length).split('/').map(decodeURIComponent);
          expect(segments.join('/')).to.equal(path);
          expect(segments).not.to.include('..');
        }
        expect(pathOfHref('alice', `/files/alice/${path}`)).to.equal(path);
      }),
      { numRuns: 10_000 },
    );
  });
});
