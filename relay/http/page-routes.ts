import { Router } from 'express';
import type { RequestHandler } from 'express';
import { isLoopback } from '../config/hostnames.ts';
import type { Dependencies } from '../dependencies.ts';
import { singleUserAccount } from '../signin/account.ts';
import type { AccountDesk } from '../signin/account.ts';
import { startPage } from '../web/start-page.ts';
import { toolTrial } from '../web/tool-trial.ts';
import type { TryTool } from '../web/tool-trial.ts';
import type { BrowserSessions } from './browser-session.ts';
import { accountRoutes } from './routes/account.ts';
import { assets } from './routes/assets.ts';
import { toolsExplorer } from './routes/tools-explorer.ts';

/**
 * The pages that every kind of gateway has: start, account, tools.
 *
 * @param sessions undefined where a single user is served; mount them behind the Origin check then
 */
export function pageRoutes(
  dependencies: Dependencies,
  sessions: BrowserSessions | undefined,
): RequestHandler {
  const { catalogue, signIn } = dependencies;
  const logins = signIn?.front.login;
  const router = Router();
  router.get('/', startPage(dependencies));
  router.use(assets());
  router.use(accountRoutes(signIn?.desk ?? deskOf(dependencies), sessions, logins));
  router.use(toolsExplorer({ catalogue, sessions, logins, tryTool: trialOf(dependencies) }));
  return router;
}

function deskOf({ config, demo }: Dependencies): AccountDesk {
  const { nextcloud, tools, bearerToken } = config;
  // with a token strangers may reach this page, and whose account it is is not theirs to know
  const userId = bearerToken === undefined ? nextcloud?.username : 'the configured user';
  return singleUserAccount({
    userId: userId ?? 'demo',
    nextcloud: demo || nextcloud === undefined ? 'recordings' : new URL(nextcloud.publicUrl).host,
    readOnly: tools.readOnly,
  });
}

/** Where anybody who reaches the page would act as the one user, only this machine may. */
function trialOf({ config, catalogue, mcp, signIn }: Dependencies): TryTool | undefined {
  const { report, now, newId } = mcp;
  const common = { catalogue, report, now, newId };
  if (signIn !== undefined) {
    const { browserSession, server } = signIn;
    if (browserSession === undefined) return undefined;
    return toolTrial({
      ...common,
      sessionOf(browser) {
        if (browser === undefined) throw new Error('Nobody is at this browser.');
        return browserSession(browser);
      },
      ended: (session) => (tool, outcome) => {
        server.audit(session, tool, outcome);
      },
    });
  }
  if (config.bearerToken !== undefined || !isLoopback(config.listen.host)) return undefined;
  return toolTrial({ ...common, sessionOf: () => mcp.session({ era: 'modern' }) });
}
