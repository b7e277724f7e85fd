import { expect } from 'chai';
import { RelayError } from './errors.ts';
import { createLogger } from './log.ts';
import type { LogOptions } from './log.ts';

function recorded(options: LogOptions = {}) {
  const lines: string[] = [];
  const now = () => new Date(Date.UTC(2026, 0, 2));
  return { lines, log: createLogger({ now, write: (line) => lines.push(line), ...options }) };
}

describe('log', () => {
  it('writes one JSON object a line, with the fields of the child', () => {
    const { lines, log } = recorded();
    log.child({ request: 'r1' }).info('called', { tool: 'x' });
    expect(lines).to.have.length(1);
    expect(JSON.parse(lines[0]!)).to.deep.equal({
      time: '2026-01-02T00:00:00.000Z',
      level: 'info',
      message: 'called',
      request: 'r1',
      tool: 'x',
    });
  });

  it('leaves out what is below its level', () => {
    const { lines, log } = recorded({ level: 'warn' });
    log.info('quiet');
    log.error('loud');
    expect(lines).to.have.length(1);
  });

  it('writes text that cannot be used to forge a line', () => {
    const { lines, log } = recorded({ format: 'text' });
    log.warn('a\nb', { user: 'x\n2026 ERROR fake' });
    expect(lines[0]!.trimEnd()).not.to.include('\n');
    expect(lines[0]).to.include('WARN');
  });

  it('leaves the name of an OAuth error alone, of which id_token is a part', () => {
    const { lines, log } = recorded();
    log.info('invalid_token: No remaining count; id_token: abc, old_id_token=def');
    expect(lines[0]).to.include('invalid_token: No remaining count');
    expect(lines[0]).not.to.match(/abc|def/);
  });

  it('says of an error what can be done about it', () => {
    const { lines, log } = recorded();
    const cause = new RelayError('configuration', 'Not so.', { hint: 'Set it.', status: 403 });
    log.error('failed', { cause });
    const { stack: _stack, ...shown } = (JSON.parse(lines[0]!) as { cause: { stack: string } })
      .cause;
    expect(shown).to.deep.equal({
      name: 'RelayError',
      message: 'Not so.',
      errorCode: 'configuration',
      hint: 'Set it.',
      status: 403,
    });
  });

  const secrets = [
    'hunter2hunter2',
    'eyJhbGciOi.eyJzdWIi.c2ln',
    'abcde-fghij-klmno-pqrst-uvwxy',
    'Z'.repeat(72),
  ];
  it('hides secrets by name, at any depth, and by look', () => {
    const { lines, log } = recorded();
    const [password, jwt, appPassword, longPassword] = secrets;
    log.info(`sent Bearer ${jwt} with ${longPassword}`, {
      headers: { Authorization: `Basic ${password}`, cookie: `s=${password}` },
      list: [{ client_secret: password, accessToken: password }],
      url: `https://alice:${password}@host/x?code=${password}&state=1`,
      text: `it was ${appPassword}`,
    });
    log.error('failed', {
      error: new Error(`access_token=${password}`, { cause: new Error(`Basic ${password}`) }),
    });
    const written = lines.join('');
    for (const secret of secrets) expect(written).not.to.include(secret);
    expect(written).to.include('state=1');
  });

  it('writes cycles, errors, bytes and big numbers without failing', () => {
    const { lines, log } = recorded();
    const cycle: Record<string, unknown> = {};
    cycle['self'] = cycle;
    log.info('odd', { cycle, bytes: new Uint8Array(3), big: 10n, error: new TypeError('no') });
    expect(JSON.parse(lines[0]!)).to.include({ bytes: '[3 bytes]', big: '10' });
    expect(JSON.parse(lines[0]!).error).to.include({ name: 'TypeError', message: 'no' });
  });
});
