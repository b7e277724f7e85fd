import { expect } from 'chai';
import { proxyList } from './trusted-proxies.ts';

describe('trusted proxies', () => {
  it('are addresses and networks, also where the socket speaks IPv6', () => {
    const isProxy = proxyList(['127.0.0.1', '10.1.0.0/16', 'fd00::/8']);
    for (const address of [
      '127.0.0.1',
      '::ffff:127.0.0.1',
      '10.1.255.9',
      '::ffff:10.1.2.3',
      'fd12::1',
    ])
      expect(isProxy(address, 0), address).to.equal(true);
    for (const address of ['127.0.0.2', '10.2.0.1', 'fe80::1%eth0', '::1', '', 'proxy.example'])
      expect(isProxy(address, 0), address).to.equal(false);
  });

  it('are nobody when none is named, and with * whoever connects', () => {
    expect(proxyList([])('127.0.0.1', 0)).to.equal(false);
    expect(proxyList(['*'])('192.0.2.1', 0)).to.equal(true);
    expect(proxyList(['*'])('192.0.2.1', 1)).to.equal(false);
    expect(proxyList(['*', '192.0.2.1'])('192.0.2.1', 1)).to.equal(true);
  });

  for (const entry of [
    'proxy.example',
    '10.0.0.0/33',
    '10.0.0.0/x',
    '10.0.0.0/',
    '10.0.0.0/8/8',
    '',
  ])
    it(`refuses ${JSON.stringify(entry)}`, () => {
      expect(() => proxyList([entry])).to.throw('no IP address');
    });
});
