import { expect } from 'chai';
import { coverage } from './coverage.ts';
import { documentOf, toolBlock, toolsOverlay, workspace } from './fixtures/workspace.ts';

/** Apps whose documents came from Nextcloud; apps that somebody adds do not change what these add up to. */
const RELEASED = new Set([ 'appstore', 'assistant', 'cloud_federation_api', 'collectives', 'cookbook', 'core', 'dashboard', 'dav', 'end_to_end_encryption', 'federatedfilesharing', 'federation', 'files', 'files_external', 'files_reminders', 'files_retention', 'files_sharing', 'files_trashbin', 'files_versions', 'forms', 'groupfolders', 'notifications', 'oauth2', 'office', 'password_policy', 'polls', 'provisioning_api', 'recommendations', 'settings', 'tables', 'terms_of_service', 'theming', 'updatenotification', 'user_ldap', 'user_oidc', 'user_status', 'weather_status', 'webhook_listeners', 'workflowengine']); // prettier-ignore

describe('coverage', () => {
  it('counts decisions by release and app, and operations by reason', () => {
    const ids = ['one', 'two', 'three', 'four'];
    const paths = Object.fromEntries(
      ids.map((operationId) => [`/${operationId}`, { get: { operationId, responses: {} } }]),
    );
    const place = workspace({
      'documents/32/shelf.json': documentOf(paths),
      'documents/34/shelf.json': documentOf({ '/one': paths['/one'] }),
      'overlays/tools/shelf.yaml': toolsOverlay({
        one: { 'x-tool': toolBlock(), 'x-composed': ['nc_shelf_all'] },
        two: { 'x-composed': ['nc_shelf_all'] },
        three: { 'x-excluded': { reason: 'deprecated' } },
      }),
    });
    const report = coverage(place.folder);
    place.remove();
    expect(report.mistakes).to.deep.equal([]);
    expect(report.releases['32']['shelf']).to.deep.equal({
      total: 4,
      exposed: 1,
      composed: 1,
      excluded: 1,
      undecided: ['shelf.four'],
    });
    expect(report.releases['34']['shelf']).to.deep.equal({
      total: 1,
      exposed: 1,
      composed: 0,
      excluded: 0,
      undecided: [],
    });
    expect(report.reasons).to.deep.equal({ deprecated: ['shelf.three'] });
  });

  it('does not call an app covered that has no document', () => {
    expect(() => coverage(undefined, 'nobody')).to.throw(
      'documents/*/nobody.json: no such document',
    );
  });

  it('accounts for every operation of the released documents', () => {
    const { releases } = coverage();
    const total = (release: '32' | '34', apps: (app: string) => boolean): number =>
      Object.entries(releases[release]).reduce(
        (sum, [app, row]) => sum + (apps(app) ? row.total : 0),
        0,
      );
    expect(total('32', (app) => RELEASED.has(app))).to.equal(587);
    expect(total('34', (app) => RELEASED.has(app))).to.equal(633);
    expect([
      total('32', (app) => app === 'spreed'),
      total('34', (app) => app === 'spreed'),
    ]).to.deep.equal([156, 156]);
  });
});
