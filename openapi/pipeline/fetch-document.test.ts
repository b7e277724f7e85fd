import { expect } from 'chai';
import { fetchDocument, isForbiddenAddress } from './fetch-document.ts';
import { nock, withNock } from '../../relay/testing/with-nock.ts';

async function refusal(promise: Promise<unknown>): Promise<string> {
  try {
    await promise;
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('was not refused');
}

/** The connection must go to the address that was checked, so the interceptor listens there. */
const ADDRESS = 'https://93.184.215.14';
const resolve = (): Promise<string[]> => Promise.resolve(['93.184.215.14']);

describe('fetching a document', () => {
  withNock();
  before(() => {
    nock.disableNetConnect();
  });
  afterEach(() => {
    nock.cleanAll();
  });

  it('knows which addresses are not public', () => {
    const inner = ['127.0.0.1', '10.1.2.3', '172.20.0.1', '192.168.1.1', '169.254.169.254', '100.64.0.1', '0.0.0.0', '224.0.0.1', '255.255.255.255', '::', '::1', 'fe80::1', 'fd00::1', 'ff02::1', '::ffff:127.0.0.1', '::ffff:a00:1', '64:ff9b::a00:1', '2002:a00:1::', 'fe80::1%eth0', 'nonsense']; // prettier-ignore
    expect(inner.filter((address) => !isForbiddenAddress(address))).to.deep.equal([]);
    expect(['93.184.215.14', '2606:4700::1111'].filter(isForbiddenAddress)).to.deep.equal([]);
  });

  it('refuses other protocols and credentials in the URL', async () => {
    expect(await refusal(fetchDocument('http://example.org/x'))).to.include('only https');
    const told: string[] = [];
    const onStart = (line: string): unknown => told.push(line);
    const secret = fetchDocument('https://a:b@example.org/x', { onStart });
    expect(await refusal(secret))
      .to.include('credentials')
      .and.not.to.include('a:b');
    expect(told).to.deep.equal([]);
    expect(await refusal(fetchDocument('file:///etc/passwd'))).to.include('only https');
  });

  it('refuses a name when any of its addresses is inside, and asks nobody', async () => {
    const mixed = (): Promise<string[]> => Promise.resolve(['93.184.215.14', '10.0.0.1']);
    const asked = nock(ADDRESS).get('/x').reply(200, '{}');
    expect(await refusal(fetchDocument('https://example.org/x', { resolve: mixed }))).to.include(
      'leads to 10.0.0.1, which is not a public address',
    );
    expect(await refusal(fetchDocument('https://[::1]/x'))).to.include('not a public address');
    expect(await refusal(fetchDocument('https://2130706433/x'))).to.include('leads to 127.0.0.1');
    expect(asked.isDone()).to.equal(false);
  });

  it('connects to the address that was checked, under the name that was asked', async () => {
    nock(ADDRESS, { reqheaders: { host: 'example.org' } })
      .get('/openapi.json?v=1')
      .reply(200, '{"openapi":"3.1.0"}');
    expect(await fetchDocument('https://example.org/openapi.json?v=1', { resolve })).to.equal(
      '{"openapi":"3.1.0"}',
    );
  });

  it('follows no redirect and reads no endless answer', async () => {
    nock(ADDRESS).get('/r').reply(302, '', { location: 'https://127.0.0.1/' });
    expect(await refusal(fetchDocument('https://example.org/r', { resolve }))).to.include(
      'redirects (HTTP 302) are not followed',
    );
    nock(ADDRESS).get('/big').reply(200, 'x'.repeat(2000));
    expect(
      await refusal(fetchDocument('https://example.org/big', { resolve, maxBytes: 1000 })),
    ).to.include('larger than 1000 bytes');
    nock(ADDRESS).get('/gone').reply(404);
    expect(await refusal(fetchDocument('https://example.org/gone', { resolve }))).to.include(
      'HTTP 404',
    );
  });
});
