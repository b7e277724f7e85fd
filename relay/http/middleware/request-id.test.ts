import { expect } from 'chai';
import { createLogger } from '../../log.ts';
import { accessLog } from './access-log.ts';
import { called } from '../../testing/called.ts';
import { lastResort, notFound } from './last-resort.ts';
import { requestId } from './request-id.ts';

describe('requestId', () => {
  it('keeps a harmless id and replaces any other', async () => {
    const kept = await called([requestId()], { headers: { 'x-request-id': 'trace-1.a' } });
    expect(kept.headers['x-request-id']).to.equal('trace-1.a');
    const made = await called([requestId()], { headers: { 'x-request-id': 'x"} forged' } });
    expect(made.headers['x-request-id']).to.match(/^[0-9a-f-]{36}$/);
  });
});

describe('accessLog', () => {
  it('writes one line without query or headers', async () => {
    const lines: string[] = [];
    const log = createLogger({ write: (line) => void lines.push(line) });
    await called([requestId(), accessLog(log, () => 0)], {
      path: '/x?token=abc',
      headers: { authorization: 'Bearer abc' },
    });
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0] ?? '')).to.include({
      method: 'GET',
      path: '/x',
      status: 200,
      ms: 0,
    });
    expect(lines[0]).not.to.contain('abc');
  });
});

describe('lastResort', () => {
  it('answers without a word of the error, and logs it', async () => {
    const lines: string[] = [];
    const log = createLogger({ write: (line) => void lines.push(line) });
    const handler = (): never => {
      throw new Error('disk /srv/x is full');
    };
    const answer = await called([requestId()], {}, { handler, errors: [lastResort(log)] });
    expect(answer.status).to.equal(500);
    expect(answer.text).not.to.contain('disk');
    expect(lines.join()).to.contain('request failed');
  });

  it('says where the endpoint is when nothing is found', async () => {
    const answer = await called([notFound()]);
    expect(answer).to.include({ status: 404, reached: 0 });
    expect(answer.text).to.contain('/mcp');
  });
});
