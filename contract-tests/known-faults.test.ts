import { existsSync, readFileSync } from 'node:fs';
import { expect } from 'chai';
import { RELEASES, releaseTable } from '../openapi/index.ts';

const ROOT = new URL('../', import.meta.url);

interface Named {
  readonly file: string;
  readonly title: string;
}

/** Rows of the tables in docs/known-faults.md: `| fault | \`file\`: title |`. */
function namedTests(): Named[] {
  const page = readFileSync(new URL('docs/known-faults.md', ROOT), 'utf8');
  return page
    .split('\n')
    .filter((line) => /^\|(?! fault |\s*-)/.test(line))
    .map((line) => {
      const [, file = '', title = ''] = /\| `([^`]+)`: (.+?)\s*\|$/.exec(line) ?? [];
      expect(title, line).not.to.equal('');
      return { file, title };
    });
}

/** Whether a test or scenario of that title, or with that beginning, stands in the source. */
function holds(source: string, title: string): boolean {
  const open = title.endsWith('…');
  const words = open ? title.slice(0, -1).trimEnd() : title;
  return ["'", '`'].some((quote) =>
    [...source.matchAll(/\b(?:it|scenario)\(\s*/g)].some(({ index, 0: call }) => {
      const rest = source.slice(index + call.length);
      return rest.startsWith(quote + words) && (open || rest[words.length + 1] === quote);
    }),
  );
}

describe('the list of known faults', () => {
  it('names tests that exist', () => {
    const named = namedTests();
    expect(named).to.have.length.above(40);
    for (const { file, title } of named) {
      const path = new URL(file, ROOT);
      expect(existsSync(path), file).to.equal(true);
      expect(holds(readFileSync(path, 'utf8'), title), `${file}: ${title}`).to.equal(true);
    }
  });

  it('would notice a title that is gone', () => {
    const source = "it('counts sheep', () => {});\nit(`counts ${what}`, () => {});";
    expect(holds(source, 'counts sheep')).to.equal(true);
    expect(holds(source, 'counts …')).to.equal(true);
    expect(holds(source, 'counts')).to.equal(false);
    expect(holds(source, 'counts goats …')).to.equal(false);
  });
});

describe('operations', () => {
  it('addresses go through an entry file, so that no server has to rewrite them', () => {
    for (const release of RELEASES) {
      const paths = Object.values(releaseTable(release).operations).map(({ path }) => path);
      const bare = paths.filter(
        (path) =>
          !/^\/(?:index\.php|ocs\/v[12]\.php|remote\.php|public\.php|status\.php)\b/.test(path),
      );
      expect(bare, release).to.deep.equal([]);
    }
  });
});
