import { expect } from 'chai';
import { CookieJars } from './cookies.ts';

const url = 'http://127.0.0.1:8080/ocs/v2.php/x';

describe('cookie jars', () => {
  it('keeps the cookies of each credential apart', () => {
    const jars = new CookieJars();
    jars
      .for('alice')
      .store(url, ['session=a; path=/; HttpOnly; SameSite=Lax', 'gone=deleted; Max-Age=0']);
    expect(jars.for('alice').header(url)).to.equal('session=a');
    expect(jars.for('bob').header(url)).to.equal('');
  });

  it('sends cookies marked Secure to a server whose TLS ends at a proxy', () => {
    const jar = new CookieJars().for('alice');
    jar.store(url, ['__Host-lax=true; path=/; secure; SameSite=lax']);
    expect(jar.header(url)).to.equal('__Host-lax=true');
  });

  it('drops malformed cookies and cookies of other hosts', () => {
    const jar = new CookieJars().for('alice');
    jar.store(url, ['', 'x=1; Domain=example.org']);
    expect(jar.header(url)).to.equal('');
  });

  it('forgets the jars used longest ago', () => {
    const jars = new CookieJars(2);
    for (const key of ['a', 'b']) jars.for(key).store(url, [`s=${key}`]);
    jars.for('a');
    jars.for('c');
    expect(jars.for('a').header(url)).to.equal('s=a');
    expect(jars.for('b').header(url)).to.equal('');
  });
});
