import { expect } from 'chai';
import { errorFromAnswer, errorFromTransport } from './error-factory.ts';
import { TransportFailure } from './transport-failure.ts';

function answered(status: number, body: unknown = '', headers = {}, method = 'GET') {
  const text = typeof body === 'string' ? body : JSON.stringify(body);
  return errorFromAnswer(method, { status, headers, bytes: Buffer.from(text) });
}

const ocs = (statuscode: number, message: string, data: unknown = []) => ({
  ocs: { meta: { status: 'failure', statuscode, message }, data },
});

describe('errors from answers', () => {
  const codes: readonly [number, string][] = [
    [302, 'upstream_error'],
    [400, 'invalid_argument'],
    [401, 'unauthorized'],
    [403, 'forbidden'],
    [404, 'not_found'],
    [405, 'unsupported'],
    [409, 'conflict'],
    [410, 'not_found'],
    [412, 'conflict'],
    [413, 'too_large'],
    [418, 'refused'],
    [422, 'invalid_argument'],
    [423, 'locked'],
    [429, 'rate_limited'],
    [500, 'upstream_error'],
    [501, 'unsupported'],
    [502, 'unavailable'],
    [503, 'unavailable'],
    [504, 'unavailable'],
    [507, 'quota_exceeded'],
  ];
  for (const [status, code] of codes) {
    it(`${status} is ${code}`, () => {
      expect(answered(status)).to.include({ code, status });
    });
  }

  it('reads the message of OCS, JSON and DAV', () => {
    expect(answered(404, ocs(404, 'Wrong share ID')).message).to.include('Wrong share ID');
    expect(answered(403, ocs(403, '', { message: 'Inner' })).message).to.include('Inner');
    expect(answered(403, { status: 403, message: 'Permission denied' }).message).to.include(
      'Permission denied',
    );
    expect(answered(400, { error: 'Bad' }).message).to.include('Bad');
    expect(answered(400, { errorType: 'TooShort' }).message).to.include('TooShort');
    const dav =
      '<?xml version="1.0"?><d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns">' +
      '<s:exception>Sabre\\DAV\\Exception\\NotFound</s:exception><s:message>File &amp; folder</s:message></d:error>';
    const error = answered(404, dav);
    expect(error.message).to.include('File & folder');
    expect(error.details).to.deep.equal({ dav_exception: 'NotFound' });
  });

  it('reads a refusal inside HTTP 200', () => {
    expect(answered(200, ocs(997, 'Unauthorised'))).to.include({
      code: 'unauthorized',
      status: 401,
    });
    expect(answered(200, ocs(404, 'gone'))).to.include({ code: 'not_found', status: 404 });
    const own = answered(200, ocs(102, 'User exists'));
    expect(own.code).to.equal('invalid_argument');
    expect(own.details).to.deep.equal({ ocs_code: 102 });
  });

  it('tells a missing app from a missing thing', () => {
    expect(answered(404, ocs(998, 'Invalid query, please check the syntax.')).code).to.equal(
      'app_missing',
    );
    expect(answered(404, ocs(998, 'User does not exist')).code).to.equal('not_found');
    expect(answered(404, '<!DOCTYPE html><html></html>').code).to.equal('app_missing');
    expect(answered(412, { message: 'App is not enabled' }).code).to.equal('app_missing');
  });

  it('gives the current object of a conflict', () => {
    const note = { id: 1, content: 'now' };
    expect(answered(412, note).details).to.deep.equal({ current: note });
    expect(answered(412, { message: 'no' }).details).to.equal(undefined);
    expect(answered(409, { message: 'Board already exists' }).code).to.equal('already_exists');
  });

  it('tells maintenance from being unavailable, and how long to wait', () => {
    const headers = { 'x-nextcloud-maintenance-mode': '1', 'retry-after': '120' };
    const error = answered(503, '', headers);
    expect(error).to.include({ code: 'maintenance', retryable: true });
    expect(error.details).to.deep.equal({ retry_after_seconds: 120 });
  });

  it('tells a busy database from a fault: trying again helps', () => {
    const body =
      '<?xml version="1.0"?><d:error xmlns:d="DAV:" xmlns:s="http://sabredav.org/ns"><s:exception>DbalException</s:exception>' +
      '<s:message>SQLSTATE[HY000]: General error: 5 database is locked</s:message></d:error>';
    expect(answered(500, body, {}, 'PUT')).to.include({ code: 'unavailable', retryable: true });
    expect(answered(500, '', {}, 'PUT').retryable).to.equal(false);
  });

  it('does not say that a write failed when a proxy lost its server', () => {
    expect(answered(504, '', {}, 'POST').code).to.equal('write_state_unknown');
    expect(answered(502, '', {}, 'DELETE').code).to.equal('write_state_unknown');
  });

  it('shows no markup, address, path, credential, or flood', () => {
    const message =
      '<b>Failed</b> at http://internal:8080/x in /var/www/html/lib/private/Foo.php line 3 with Bearer abc.def.ghi ' +
      'x'.repeat(500);
    const shown = answered(400, { message }).message;
    expect(shown).to.include('Failed');
    for (const secret of ['<b>', 'internal', '/var/www', 'abc.def'])
      expect(shown).not.to.include(secret);
    expect(shown.length).to.be.lessThan(300);
  });

  it('does not show the name of a PHP class as a message', () => {
    const message = 'OCA\\Notes\\Service\\NoteDoesNotExistException';
    expect(answered(404, { message }).message).to.equal('Not found.');
  });

  it('takes nothing from a page', () => {
    expect(
      answered(500, '<html><body><message>stack</message></body></html>').message,
    ).not.to.include('stack');
  });
});

describe('errors from transport', () => {
  const failed = (kind: TransportFailure['kind'], code: string, sent: boolean, method = 'GET') =>
    errorFromTransport(method, new TransportFailure(kind, code, sent)).code;

  it('names what went wrong', () => {
    expect(failed('network', 'ECONNREFUSED', false)).to.equal('unreachable');
    expect(failed('network', 'ENOTFOUND', false)).to.equal('unreachable');
    expect(failed('network', 'CERT_HAS_EXPIRED', false)).to.equal('tls_failure');
    expect(failed('network', 'DEPTH_ZERO_SELF_SIGNED_CERT', false)).to.equal('tls_failure');
    expect(failed('network', 'ERR_TLS_CERT_ALTNAME_INVALID', false)).to.equal('tls_failure');
    expect(failed('timeout', '', true)).to.equal('timeout');
    expect(failed('cancelled', '', true)).to.equal('cancelled');
    expect(failed('too_large', '', true)).to.equal('too_large');
  });

  it('says so when the fate of a write is unknown, and only then', () => {
    expect(failed('network', 'ECONNRESET', true, 'POST')).to.equal('write_state_unknown');
    expect(failed('timeout', '', true, 'PUT')).to.equal('write_state_unknown');
    expect(failed('network', 'ECONNREFUSED', false, 'POST')).to.equal('unreachable');
    expect(failed('timeout', 'ETIMEDOUT', false, 'POST')).to.equal('timeout');
    expect(failed('network', 'ECONNRESET', true, 'PROPFIND')).to.equal('unreachable');
    const cancelled = errorFromTransport('POST', new TransportFailure('cancelled', '', true));
    expect(cancelled.message).to.include('may or may not');
  });
});
