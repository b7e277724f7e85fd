import { expect } from 'chai';
import { onEveryStore } from '../../store/testing/every-store.ts';
import { artifactAdapter } from './artifact-adapter.ts';
import type { ArtifactAdapter } from './artifact-adapter.ts';

onEveryStore('what the authorization server keeps', (bed) => {
  const adapters = async (model: string): Promise<[ArtifactAdapter, ArtifactAdapter]> => {
    const over = (artifacts: ReturnType<typeof bed>['store']['oidcArtifacts']) =>
      artifactAdapter({ artifacts, now: () => bed().clock.now.getTime(), graceSeconds: 20 })(model);
    const other = await bed().open();
    return [over(bed().store.oidcArtifacts), over(other.oidcArtifacts)];
  };

  const payload = { jti: 'the-value', grantId: 'grant', accountId: 'alice', kind: 'x' };

  const failure = async (work: Promise<void>): Promise<string | undefined> =>
    work.then(
      () => undefined,
      (error: unknown) => (error as { error?: string }).error,
    );

  it('does not hold the value of a code or refresh token, and gives it back', async () => {
    for (const model of ['AuthorizationCode', 'RefreshToken']) {
      const [one] = await adapters(model);
      await one.upsert('the-value', payload, 60);
      const kept = await bed().store.oidcArtifacts.find(model, 'the-value');
      expect(kept?.payload).not.to.have.property('jti');
      expect(await one.find('the-value')).to.deep.equal(payload);
    }
    const [grants] = await adapters('Grant');
    await grants.upsert('grant', { ...payload, jti: 'grant' }, 60);
    expect((await bed().store.oidcArtifacts.grantsOf('alice'))[0]?.grantId).to.equal('grant');
  });

  it('lets a refresh token be spent again in any process, for a short while', async () => {
    const [one, other] = await adapters('RefreshToken');
    await one.upsert('the-value', payload, 600);
    await one.consume('the-value');
    bed().advance(19);
    expect(await other.find('the-value')).not.to.have.property('consumed');
    await other.consume('the-value');
    bed().advance(1);
    expect(await other.find('the-value')).to.have.property('consumed');
    expect(await failure(other.consume('the-value'))).to.equal('invalid_grant');
  });

  it('lets one process redeem a code, once, and ends the grant when another tries', async () => {
    const [one, other] = await adapters('AuthorizationCode');
    const [grants] = await adapters('Grant');
    await grants.upsert('grant', { ...payload, jti: 'grant' }, 600);
    await one.upsert('the-value', payload, 60);
    await one.consume('the-value');
    expect(await one.find('the-value')).to.have.property('consumed');
    expect(await bed().store.oidcArtifacts.grantStands('grant')).to.equal(true);
    expect(await failure(other.consume('the-value'))).to.equal('invalid_grant');
    expect(await bed().store.oidcArtifacts.grantStands('grant')).to.equal(false);
  });

  it('refuses what it does not have', async () => {
    const [one] = await adapters('RefreshToken');
    expect(await failure(one.consume('unknown'))).to.equal('invalid_grant');
    expect(await one.find('unknown')).to.equal(undefined);
  });

  it('ends everything of a grant at once', async () => {
    const [codes] = await adapters('AuthorizationCode');
    const [tokens] = await adapters('RefreshToken');
    await codes.upsert('code', payload, 60);
    await tokens.upsert('token', payload, 60);
    await codes.revokeByGrantId('grant');
    expect(await codes.find('code')).to.equal(undefined);
    expect(await tokens.find('token')).to.equal(undefined);
  });
});
