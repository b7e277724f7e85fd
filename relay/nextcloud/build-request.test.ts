import { expect } from 'chai';
import { buildRequest } from './build-request.ts';
import { operation } from './operation.fixture.ts';
import { refusal } from './rejection.fixture.ts';

const text = { type: 'string' } as const;

describe('request building', () => {
  it('puts every argument in its place under its wire name', () => {
    const request = buildRequest(
      operation({
        method: 'PUT',
        path: '/api/{apiVersion}/notes/{id}',
        body: 'json',
        constants: { apiVersion: 'v1' },
        parameters: {
          noteId: { in: 'path', wire: 'id', schema: text, required: true },
          quiet: { in: 'query', wire: 'silent', schema: text },
          tag: { in: 'header', wire: 'X-Tag', schema: text },
          title: { in: 'body', wire: 'name', schema: text },
        },
      }),
      { noteId: 7, quiet: false, tag: 'x', title: null },
    );
    expect(request).to.deep.equal({
      method: 'PUT',
      path: '/api/v1/notes/7?silent=false',
      headers: { 'X-Tag': 'x', Accept: 'application/json', 'Content-Type': 'application/json' },
      body: '{"name":null}',
    });
  });

  it('repeats list values under a name with brackets', () => {
    const { path } = buildRequest(
      operation({
        path: '/p',
        parameters: {
          types: { in: 'query', wire: 'shareTypes[]', schema: {} },
          type: { in: 'query', wire: 'type', schema: {} },
        },
      }),
      { types: [0, 3], type: ['a', 'b'] },
    );
    expect(decodeURIComponent(path)).to.equal('/p?shareTypes[]=0&shareTypes[]=3&type[]=a&type[]=b');
  });

  it('writes objects as deepObject where the document says so, and refuses them elsewhere', () => {
    const parameters = { filter: { in: 'query', wire: 'filter', schema: {} } } as const;
    const deep = { filter: { ...parameters.filter, style: 'deepObject' } } as const;
    const { path } = buildRequest(operation({ path: '/p', parameters: deep }), {
      filter: { a: 'x y', b: [true] },
    });
    expect(decodeURIComponent(path)).to.equal('/p?filter[a]=x y&filter[b][]=true');
    const error = refusal(() => buildRequest(operation({ parameters }), { filter: { a: 1 } }));
    expect(error.message).to.include("'filter'");
  });

  it('drops undefined, and null in a query', () => {
    const parameters = {
      a: { in: 'query', wire: 'a', schema: text },
      b: { in: 'query', wire: 'b', schema: text },
    } as const;
    const { path } = buildRequest(operation({ path: '/p', parameters }), { a: undefined, b: null });
    expect(path).to.equal('/p');
  });

  it('names unknown and missing arguments', () => {
    const one = operation({
      parameters: { id: { in: 'query', wire: 'id', schema: text, required: true } },
    });
    expect(refusal(() => buildRequest(one, { id: 1, idd: 2, __proto__x: 3 })).message).to.include(
      "'idd', '__proto__x'",
    );
    expect(refusal(() => buildRequest(one, { id: 1, constructor: 2 })).message).to.include(
      "'constructor'",
    );
    expect(refusal(() => buildRequest(one, { id: undefined })).message).to.include(
      "Missing argument 'id'",
    );
  });

  it('refuses a header value that would begin another header', () => {
    const parameters = { tag: { in: 'header', wire: 'X-Tag', schema: text } } as const;
    const error = refusal(() => buildRequest(operation({ parameters }), { tag: 'a\r\nX-Evil: 1' }));
    expect(error.code).to.equal('invalid_argument');
  });

  it('sends no body where no argument travels in it', () => {
    const request = buildRequest(operation({ method: 'POST', body: 'json' }), {});
    expect(request.body).to.equal(undefined);
    expect(request.headers).not.to.have.property('Content-Type');
  });

  it('sends an argument that is the whole body as it is', () => {
    const parameters = { recipe: { in: 'whole-body', wire: 'recipe', schema: {} } } as const;
    const request = buildRequest(operation({ method: 'POST', body: 'json', parameters }), {
      recipe: { name: 'Soup' },
    });
    expect(request.body).to.equal('{"name":"Soup"}');
  });

  it('refuses half a surrogate pair, which JSON would carry and nobody could read', () => {
    const noting = operation({
      method: 'POST',
      path: '/p',
      body: 'json',
      parameters: { text: { in: 'body', wire: 'text', schema: text } },
    });
    for (const half of ['\ud83d', 'a\udf89b', '\\\ud83d'])
      expect(refusal(() => buildRequest(noting, { text: half })).message).to.include(
        'not valid Unicode',
      );
    // written out, or whole, it is text
    for (const fine of ['\\ud83d', '\\\\ud83d', '🎉'])
      expect(buildRequest(noting, { text: fine }).body).to.equal(JSON.stringify({ text: fine }));
  });

  it('writes forms as PHP reads them', () => {
    const parameters = {
      a: { in: 'body', wire: 'a', schema: {} },
      b: { in: 'body', wire: 'b', schema: {} },
    } as const;
    const request = buildRequest(operation({ method: 'POST', body: 'form', parameters }), {
      a: 'x&y',
      b: { k: [1] },
    });
    expect(request.body).to.equal('a=x%26y&b%5Bk%5D%5B%5D=1');
    expect(request.headers['Content-Type']).to.equal('application/x-www-form-urlencoded');
  });

  it('writes multipart with fields and files', () => {
    const parameters = {
      note: { in: 'body', wire: 'note', schema: {} },
      file: { in: 'file', wire: 'file', schema: {} },
    } as const;
    const request = buildRequest(operation({ method: 'POST', body: 'multipart', parameters }), {
      note: 'hello',
      file: { content_base64: 'AP8=', media_type: 'image/png', filename: 'a".png' },
    });
    const [, boundary] = request.headers['Content-Type']!.split('boundary=');
    const text = Buffer.from(request.body as Uint8Array).toString('latin1');
    expect(text.split(`--${boundary}`)).to.deep.equal([
      '',
      '\r\nContent-Disposition: form-data; name="note"\r\n\r\nhello\r\n',
      '\r\nContent-Disposition: form-data; name="file"; filename="a%22.png"\r\nContent-Type: image/png\r\n\r\n\x00\xff\r\n',
      '--\r\n',
    ]);
  });

  it('writes a list of files as parts of one name', () => {
    const bytes = { type: 'string', contentEncoding: 'base64' };
    const parameters = {
      files: { in: 'file', wire: 'files[]', schema: { type: 'array', items: bytes } },
    } as const;
    const one = operation({ method: 'POST', body: 'multipart', parameters });
    const { body } = buildRequest(one, { files: ['YQ==', { text: 'b', filename: 'b.txt' }] });
    const parts = Buffer.from(body as Uint8Array)
      .toString('latin1')
      .split('\r\n');
    expect(parts.filter((line) => /name=|^[ab]$/.test(line))).to.deep.equal([
      'Content-Disposition: form-data; name="files[]"; filename="files"',
      'a',
      'Content-Disposition: form-data; name="files[]"; filename="b.txt"',
      'b',
    ]);
    expect(() => buildRequest(one, { files: [7] })).to.throw("Argument 'files' must be a file.");
  });

  it('takes a file as bytes, base64 or text, and nothing else', () => {
    const parameters = { file: { in: 'whole-body', wire: 'file', schema: {} } } as const;
    const one = operation({ method: 'PUT', body: 'binary', parameters });
    const build = (file: unknown) => buildRequest(one, { file });
    expect(build(new Uint8Array([1])).body).to.deep.equal(new Uint8Array([1]));
    expect(build({ bytes: new Uint8Array([1]) }).body).to.deep.equal(new Uint8Array([1]));
    const text = build({ text: 'ä', media_type: 'text/plain; charset=utf-8' });
    expect(text.body).to.deep.equal(Buffer.from('ä'));
    expect(text.headers['Content-Type']).to.equal('text/plain; charset=utf-8');
    const bad = [5, {}, { text: 'a', content_base64: 'AA==' }, { content_base64: '*' }];
    for (const value of [...bad, { text: 'a', media_type: 'a/b\r\nX-Evil: 1' }]) {
      expect(refusal(() => build(value)).code, JSON.stringify(value)).to.equal('invalid_argument');
    }
  });

  it('sends bytes, and base64 where the schema says so, but no damaged base64', () => {
    const schema = { contentEncoding: 'base64' };
    const parameters = { data: { in: 'whole-body', wire: 'data', schema } } as const;
    const one = operation({ method: 'PUT', body: 'binary', parameters });
    expect([...(buildRequest(one, { data: 'AP8=' }).body as Uint8Array)]).to.deep.equal([0, 255]);
    expect(refusal(() => buildRequest(one, { data: 'AP8*' })).code).to.equal('invalid_argument');
  });

  it('accepts the documented types, and JSON for refusals', () => {
    const responses = {
      '200': { mediaTypes: ['image/png'] },
      '201': { mediaTypes: ['application/json'] },
    };
    expect(buildRequest(operation({ responses }), {}).headers['Accept']).to.equal(
      'image/png, application/json',
    );
  });
});
