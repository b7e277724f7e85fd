import { expect } from 'chai';
import { checkedRequest } from './login-requests.ts';

describe('where a login leads', () => {
  const host = 'client.example.org';

  it('is one of our own pages', () => {
    for (const returnTo of ['/user/page', '/tools', '/oauth/interaction/aZ09-_x']) {
      expect(checkedRequest({ returnTo })).to.deep.equal({ returnTo });
    }
  });

  it('is nowhere else', () => {
    const elsewhere = [
      '',
      '/',
      '//evil.example.org',
      '/\\evil.example.org',
      'https://evil.example.org/user/page',
      '/user/page/',
      '/user/page?next=//evil',
      '/user/page\n',
      '/tools#x',
      '/oauth/interaction/',
      '/oauth/interaction/a/b',
      '/oauth/interaction/..',
      '/oauth/interaction/%2e%2e',
      `/oauth/interaction/${'a'.repeat(81)}`,
      ' /user/page',
      'javascript:alert(1)',
    ];
    for (const returnTo of elsewhere) {
      expect(() => checkedRequest({ returnTo }), returnTo).to.throw('does not lead there');
    }
    for (const cancelTo of ['/oauth/interaction/a', '/oauth/logout', '//evil/cancel']) {
      const request = { returnTo: '/tools', cancelTo };
      expect(() => checkedRequest(request), cancelTo).to.throw('does not lead there');
    }
  });

  it('shows a client’s name without what hides or turns text, and not all of a long one', () => {
    const shown = (name: string) =>
      checkedRequest({ returnTo: '/tools', client: { name, host } }).client?.name;
    expect(shown('a\u202eb\u0000c\nd\u200be')).to.equal('a b c d e');
    expect(shown('x'.repeat(100))).to.have.length(60);
    expect(shown('Größe 日本')).to.equal('Größe 日本');
  });
});
