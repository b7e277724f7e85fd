import { expect } from 'chai';
import { bodyBytes, storeBody } from '../matching/bodies.ts';
import { meaningfulHeaders } from '../matching/requests.ts';
import type { Exchange } from '../recording.ts';
import { keptResponseHeaders, redactExchange } from './redact.ts';

const CANARY = 'Kanarie-7/+ä"secret';
const basic = Buffer.from(`alice:${CANARY}`).toString('base64');

function exchangeFullOf(secret: string): Exchange {
  return {
    caller: 'some_tool',
    request: {
      method: 'POST',
      path: `/login/${encodeURIComponent(secret)}`,
      query: [['token', secret]],
      headers: meaningfulHeaders({
        authorization: `Basic ${basic}`,
        cookie: `nc_session=${secret}`,
        'x-nc-note': secret,
      }),
      body: { json: { password: 'another one', nested: [{ note: `see ${secret}` }] } },
    },
    response: {
      status: 200,
      headers: keptResponseHeaders({
        'set-cookie': `nc_session=${secret}`,
        location: `/x?p=${encodeURIComponent(secret)}`,
      }),
      body: { text: `<d:prop>${secret} ${Buffer.from(secret).toString('base64')}</d:prop>` },
    },
  };
}

describe('redaction of recordings', () => {
  it('removes a planted secret in every place and spelling', () => {
    const text = JSON.stringify(redactExchange(exchangeFullOf(CANARY), [CANARY]));
    for (const spelling of [
      CANARY,
      JSON.stringify(CANARY).slice(1, -1),
      encodeURIComponent(CANARY),
      Buffer.from(CANARY).toString('base64'),
      basic,
      'nc_session',
    ]) {
      expect(text).to.not.include(spelling);
    }
  });

  it('removes what stands under a key that names a secret, without knowing it', () => {
    const text = JSON.stringify(redactExchange(exchangeFullOf('harmless'), []));
    expect(text).to.not.include('another one');
    expect(text).to.include('see harmless');
  });

  it('removes a secret inside a binary body', () => {
    const exchange = exchangeFullOf('x');
    const stored = storeBody(Buffer.from(`\u0000${CANARY}`), 'application/octet-stream');
    const redacted = redactExchange(
      { ...exchange, response: { ...exchange.response, ...(stored ? { body: stored } : {}) } },
      [CANARY],
    );
    expect(bodyBytes(redacted.response.body).includes(CANARY)).to.equal(false);
  });
});
