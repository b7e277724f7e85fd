import { expect } from 'chai';
import fc from 'fast-check';
import { expandPath } from './path.ts';
import { refusal } from './rejection.fixture.ts';

const slashes = () => true;

describe('path template', () => {
  it('encodes each value as one segment', () => {
    const path = expandPath('/a/{name}/b/{id}', { name: 'ä/ß ?#%', id: 12 });
    expect(path).to.equal('/a/%C3%A4%2F%C3%9F%20%3F%23%25/b/12');
  });

  it('keeps slashes only where the parameter may have them', () => {
    expect(expandPath('/f/{path}', { path: '/Docs/a b.txt' }, slashes)).to.equal(
      '/f/Docs/a%20b.txt',
    );
    expect(expandPath('/f/{path}', { path: 'Docs/' }, slashes)).to.equal('/f/Docs/');
    expect(expandPath('/f/{path}', { path: '/' }, slashes)).to.equal('/f/');
  });

  for (const value of ['..', '.', '', 'a\u0000b', 'a\nb', '\ud800', undefined, null, {}, NaN]) {
    it(`refuses ${JSON.stringify(value)} as a segment`, () => {
      expect(refusal(() => expandPath('/x/{id}', { id: value })).code).to.equal('invalid_argument');
    });
  }

  for (const value of ['../x', 'a/../b', 'a/./b', 'a//b', '//a', 'a/..']) {
    it(`refuses ${value} where slashes are allowed`, () => {
      const error = refusal(() => expandPath('/x/{path}', { path: value }, slashes));
      expect(error.code).to.equal('invalid_argument');
      expect(error.message).to.include("'path'");
    });
  }

  it('never leaves the place of the template, whatever the value', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.boolean(), (value, mayHaveSlashes) => {
        let path: string;
        try {
          path = expandPath('/root/{value}/end', { value }, () => mayHaveSlashes);
        } catch {
          return true;
        }
        const url = new URL(`http://host${path}`);
        return (
          url.pathname === path &&
          path.startsWith('/root/') &&
          path.endsWith('/end') &&
          url.search === '' &&
          url.hash === ''
        );
      }),
    );
  });
});
