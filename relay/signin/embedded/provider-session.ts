import type { IncomingMessage } from 'node:http';
import type { Provider } from 'oidc-provider';
import { cookiesOf } from '../browser-cookies.ts';
import { dropCookie } from './pinned-request.ts';

export interface SessionJudge {
  /** Subject that the browser is signed in as. */
  readonly signedInAs: (request: IncomingMessage) => Promise<string | undefined>;
  readonly usable: (subject: string) => Promise<boolean>;
}

/**
 * The library has a session of its own. It counts only as long as the browser is signed in as the same person and that
 * person can be served; otherwise the authorization begins with a login.
 */
export async function dropForeignSession(
  provider: Provider,
  request: IncomingMessage,
  { signedInAs, usable }: SessionJudge,
): Promise<void> {
  const name = provider.cookieName('session');
  const [id, another] = cookiesOf(request, name);
  if (id === undefined) return;
  if (another === undefined) {
    const session = await provider.Session.find(id);
    const subject = await signedInAs(request);
    if (subject !== undefined && session?.accountId === subject && (await usable(subject))) return;
  }
  dropCookie(request, name);
}
