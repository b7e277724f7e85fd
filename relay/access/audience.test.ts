import { expect } from 'chai';
import { audienceRule, checkAudience, checkBothAudiences } from './audience.ts';

const NAMES = {
  resource: 'https://mcp.example.org/mcp',
  root: 'https://mcp.example.org',
  clientId: 'gateway',
  nextcloud: ['https://cloud.example.org', 'nextcloud'],
};
const RULE = audienceRule(NAMES);
const said = (answer: ReturnType<typeof checkAudience>): string =>
  answer.ok ? 'ok' : answer.reason;

describe('audience', () => {
  for (const own of [
    NAMES.resource,
    NAMES.root,
    `${NAMES.root}/`,
    `${NAMES.resource}/`,
    'gateway',
  ]) {
    it(`${own} is ours, also beside others`, () => {
      expect(said(checkAudience([own], RULE))).to.equal('ok');
      expect(said(checkAudience(['https://other.example', 'nextcloud', own], RULE))).to.equal('ok');
    });
  }

  it('of nobody, of Nextcloud alone and of others is not (more in wrong-tokens.test.ts)', () => {
    expect(said(checkAudience([], RULE))).to.equal('audience_missing');
    expect(said(checkAudience(['nextcloud'], RULE))).to.equal('audience_nextcloud');
    expect(said(checkAudience(['https://cloud.example.org/'], RULE))).to.equal(
      'audience_nextcloud',
    );
    expect(said(checkAudience(['gateway/'], RULE))).to.equal('audience_foreign');
  });

  it('for both: each is needed', () => {
    expect(said(checkBothAudiences(['gateway', 'nextcloud'], RULE))).to.equal('ok');
    expect(said(checkBothAudiences(['gateway'], RULE))).to.equal('audience_foreign');
    expect(said(checkBothAudiences(['nextcloud'], RULE))).to.equal('audience_nextcloud');
    expect(said(checkBothAudiences([], RULE))).to.equal('audience_missing');
  });

  it('cannot be configured to mean both sides, or nobody', () => {
    expect(() => audienceRule({ ...NAMES, clientId: 'nextcloud' })).to.throw('at once');
    expect(() => audienceRule({ ...NAMES, root: 'https://cloud.example.org/' })).to.throw(
      'at once',
    );
    expect(() => audienceRule({ ...NAMES, clientId: '' })).to.throw('empty');
  });
});
