import { expect } from 'chai';
import { called } from '../../testing/called.ts';
import { jsonBody, jsonBodyErrors } from './json-body.ts';

describe('jsonBody', () => {
  const post = (body: string, headers: Record<string, string> = {}) =>
    called(
      [jsonBody(100)],
      { method: 'POST', body, headers: { 'content-type': 'application/json', ...headers } },
      { errors: [jsonBodyErrors(100)] },
    );

  it('reads a body', async () => {
    const answer = await post('{"a":1}');
    expect(answer).to.include({ status: 200, reached: 1 });
    expect(JSON.parse(answer.text)).to.eql({ body: { a: 1 } });
  });

  it('refuses one that is too large, with or without a length', async () => {
    const large = JSON.stringify({ a: 'x'.repeat(200) });
    for (const headers of [
      { 'content-length': String(large.length) },
      { 'transfer-encoding': 'chunked' },
    ]) {
      const answer = await post(large, headers);
      expect(answer).to.include({ status: 413, reached: 0 });
      expect(JSON.parse(answer.text)).to.have.nested.property('error.code', -32600);
    }
  });

  for (const broken of ['{"a":', 'x', '{"a":1}}']) {
    it(`answers ${JSON.stringify(broken)} as a JSON-RPC parse error, not as a page with a stack`, async () => {
      const answer = await post(broken);
      expect(answer).to.include({ status: 400, reached: 0 });
      expect(JSON.parse(answer.text)).to.eql({
        jsonrpc: '2.0',
        error: { code: -32700, message: 'The request body is not valid JSON.' },
        id: null,
      });
    });
  }

  it('refuses what it cannot decode', async () => {
    expect(await post('{}', { 'content-encoding': 'rot13' })).to.include({
      status: 415,
      reached: 0,
    });
    expect(await post('{}', { 'content-type': 'application/json; charset=nonsense' })).to.include({
      status: 415,
      reached: 0,
    });
  });

  describe('of a large one', () => {
    const most = 2_000_000;
    const large = JSON.stringify({ a: `ü${'x'.repeat(1_000_000)}` });
    const postLarge = (body: string, headers: Record<string, string> = {}) =>
      called(
        [jsonBody(most)],
        {
          method: 'POST',
          body,
          headers: {
            'content-type': 'application/json',
            'content-length': String(Buffer.byteLength(body)),
            ...headers,
          },
        },
        { errors: [jsonBodyErrors(most)] },
      );

    it('reads the same', async () => {
      const answer = await postLarge(large);
      expect(answer).to.include({ status: 200, reached: 1 });
      expect(JSON.stringify((JSON.parse(answer.text) as { body: unknown }).body)).to.equal(large);
    });

    it('refuses the same', async () => {
      expect(await postLarge(large.slice(1))).to.include({ status: 400, reached: 0 });
      const huge = JSON.stringify({ a: 'x'.repeat(most) });
      expect(await postLarge(huge)).to.include({ status: 413, reached: 0 });
      const packed = await postLarge(large, { 'content-encoding': 'rot13' });
      expect(packed).to.include({ status: 415, reached: 0 });
    });
  });
});
