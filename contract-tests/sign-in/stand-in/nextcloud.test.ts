import { expect } from 'chai';
import type { Browser } from 'playwright-core';
import { launchBrowser } from '../../browser/browser.ts';
import { logInAtNextcloud } from '../nextcloud-login.ts';
import type { NextcloudAccount } from '../nextcloud-login.ts';
import { startStandInNextcloud } from './nextcloud.ts';
import type { StandInNextcloud } from './nextcloud.ts';

interface Started {
  readonly poll: { readonly token: string; readonly endpoint: string };
  readonly login: string;
}

const CAROL: NextcloudAccount = {
  loginName: 'carol@example.org',
  password: 'carol-password',
  oneTimeCode: () => '246810',
};

describe('the Nextcloud that stands in: what a real one was seen to do', () => {
  let nextcloud: StandInNextcloud;
  let browser: Browser;

  before(async () => {
    [nextcloud, browser] = await Promise.all([startStandInNextcloud(), launchBrowser()]);
  });
  after(async () => {
    await browser.close();
    await nextcloud.close();
  });

  async function start(): Promise<Started> {
    const headers = { 'User-Agent': 'A device' };
    const answer = await fetch(`${nextcloud.url}/index.php/login/v2`, { method: 'POST', headers });
    return (await answer.json()) as Started;
  }

  async function poll({ poll: { token, endpoint } }: Started): Promise<[number, unknown]> {
    const answer = await fetch(endpoint, { method: 'POST', body: new URLSearchParams({ token }) });
    return [answer.status, await answer.json()];
  }

  async function grant({ login }: Started, account: NextcloudAccount): Promise<string> {
    const context = await browser.newContext({ javaScriptEnabled: false });
    try {
      const page = await context.newPage();
      let shown = '';
      await page.goto(login);
      await logInAtNextcloud(page, account, (text) => {
        shown = text;
        return true;
      });
      return shown;
    } finally {
      await context.close();
    }
  }

  it('gives an app password once, after picker, login, second step and grant', async () => {
    const started = await start();
    expect(await poll(started)).to.eql([404, []]);
    expect(await grant(started, CAROL))
      .to.include('Currently logged in as Carol Example (carol)')
      .and.to.include('A device');
    const [status, granted] = await poll(started);
    expect(status).to.equal(200);
    const { loginName, appPassword } = granted as { loginName: string; appPassword: string };
    expect([loginName, appPassword.length]).to.eql(['carol@example.org', 72]);
    expect(await poll(started)).to.eql([404, []]);

    const ask = async (method: string, path: string, name = loginName): Promise<number> => {
      const pair = Buffer.from(`${name}:${appPassword}`).toString('base64');
      const headers = { Authorization: `Basic ${pair}`, 'OCS-APIRequest': 'true' };
      return (await fetch(`${nextcloud.url}${path}`, { method, headers })).status;
    };
    const user = '/ocs/v2.php/cloud/user?format=json';
    expect(await ask('GET', user)).to.equal(200);
    expect(await ask('GET', user, 'carol'), 'the id instead of what was typed').to.equal(401);
    expect(nextcloud.devicesOf('carol')).to.eql(['A device']);
    expect(await ask('DELETE', '/ocs/v2.php/core/apppassword')).to.equal(200);
    expect(await ask('GET', user)).to.equal(401);
    expect(nextcloud.devicesOf('carol')).to.eql([]);
  });

  it('lets nobody in by a wrong password or a wrong code', async () => {
    const started = await start();
    for (const wrong of [
      { ...CAROL, password: 'guessed' },
      { ...CAROL, oneTimeCode: () => '111111' },
    ]) {
      const failed = await grant(started, wrong).catch((error: unknown) => error);
      expect(String(failed)).to.match(/Wrong login or password|Error while validating/);
    }
    expect(await poll(started)).to.eql([404, []]);
  });

  it('forgets a login after twenty minutes', async () => {
    const started = await start();
    nextcloud.advance(1201);
    const failed = await grant(started, CAROL).catch((error: unknown) => error);
    expect(String(failed)).to.include('Your login token is invalid or has expired');
  });
});
