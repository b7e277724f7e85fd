import { singleUser } from '../../credentials/single-user.ts';
import type { NextcloudServer } from '../../nextcloud/connect.ts';
import type { AccessRules } from '../../store/access-rules.ts';
import { LONGEST_DEVICE } from '../login-flow-v2.ts';
import { nextcloudLogins } from '../nextcloud-logins.ts';
import type { NextcloudLoginsOptions } from '../nextcloud-logins.ts';
import { isPermitted } from './logged-in.ts';
import type { LoginRequest } from './login-requests.ts';
import type { WindowWay } from './login-way.ts';
import { askAccount } from './ask-account.ts';

export interface LoginFlowWayOptions extends Omit<NextcloudLoginsOptions, 'kind' | 'pollSeconds'> {
  readonly server: NextcloudServer;
  readonly accessRules: AccessRules;
  /** Root of the gateway as browsers reach it. */
  readonly publicUrl: string;
}

const KIND = 'login attempt';
const POLL_SECONDS = 1;

/** Login Flow v2: needs nobody's preparation, but the window does not come back to us. */
export function loginFlowWay(options: LoginFlowWayOptions): WindowWay {
  const { server, accessRules, publicUrl, nextcloudUrl } = options;
  const logins = nextcloudLogins<object>({ ...options, kind: KIND, pollSeconds: POLL_SECONDS });
  const names = { issuer: publicUrl, nextcloudUrl };

  return {
    kind: 'window',
    name: 'login flow',

    start: (request) => logins.start((code) => device(publicUrl, request, code), {}),

    async progress(id) {
      const login = (await logins.peek(id))?.payload;
      // a settled login keeps nothing
      if (login?.pollToken === undefined) return undefined;
      const granted = (await logins.collect(id, login)) !== undefined;
      return { loginUrl: login.loginUrl, code: login.code, granted };
    },

    async settle(id) {
      const granted = (await logins.peek(id))?.payload.granted;
      if (granted === undefined) return undefined;
      const credential = singleUser(granted.loginName, granted.appPassword);
      const { person, groups } = await askAccount(server, credential, names);
      if (!(await isPermitted(accessRules, person, groups))) {
        await logins.withdraw(granted);
        await logins.settled(id, {});
        return { kind: 'refused', reason: 'not_permitted', person };
      }
      await logins.keep(person.principal, granted, person.userId);
      await logins.settled(id, {});
      return { kind: 'person', person };
    },

    sweep: (limit) => logins.sweep(limit),
  };
}

/** What Nextcloud shows on its grant page. However long the names are, the code at the end stays. */
function device(publicUrl: string, { client }: LoginRequest, code: string): string {
  const { host } = new URL(publicUrl);
  const end = `, code ${code}`;
  // a comma of the client's own could pretend to begin our code
  const whom = client === undefined ? '' : ` for ${client.name.replaceAll(',', ' ')}`;
  return `${host}${whom}`.slice(0, LONGEST_DEVICE - end.length) + end;
}
