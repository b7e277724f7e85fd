import nock from 'nock';

// nock takes over Node's HTTP client as soon as it is imported, for every test of the process
nock.restore();

/** Lets the suite that calls it answer requests with nock; before and after it, sockets are real. */
export function withNock(): void {
  before(() => nock.activate());
  after(() => {
    nock.cleanAll();
    nock.enableNetConnect();
    nock.restore();
  });
}

export { nock };
