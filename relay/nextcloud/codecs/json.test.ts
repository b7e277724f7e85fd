import { expect } from 'chai';
import { refusal } from '../rejection.fixture.ts';
import { parseJson } from './json.ts';

const bytes = (text: string): Uint8Array => Buffer.from(text, 'utf8');

describe('JSON answers', () => {
  it('keeps integers exact that a number cannot hold', () => {
    const text = '{"id":9007199254740993,"neg":-9223372036854775808,"list":[18446744073709551615]}';
    expect(parseJson(bytes(text))).to.deep.equal({
      id: '9007199254740993',
      neg: '-9223372036854775808',
      list: ['18446744073709551615'],
    });
  });

  it('leaves other numbers and texts alone', () => {
    const text = '{"a":9007199254740991,"b":1.2345678901234567890,"c":"9007199254740993","d":1e30}';
    expect(parseJson(bytes(text))).to.deep.equal({
      a: 9007199254740991,
      b: 1.2345678901234567,
      c: '9007199254740993',
      d: 1e30,
    });
  });

  it('reads an empty body as null and skips a byte order mark', () => {
    expect(parseJson(bytes(' \n'))).to.equal(null);
    expect(parseJson(bytes('\ufeff{"a":1}'))).to.deep.equal({ a: 1 });
  });

  it('tells a web page from broken JSON', () => {
    const page = refusal(() => parseJson(bytes('<!DOCTYPE html><html><body>Log in</body></html>')));
    const broken = refusal(() => parseJson(bytes('{"a":')));
    expect(page.message).to.include('web page');
    expect(broken.message).to.include('not JSON');
  });
});
