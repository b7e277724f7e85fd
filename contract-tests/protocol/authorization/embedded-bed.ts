import type { Browser } from 'playwright-core';
import { openCallback } from '../../sign-in/callback.ts';
import { startSignInGateway } from '../../sign-in/gateway.ts';
import { Person } from '../../sign-in/person.ts';
import { startStandInNextcloud } from '../../sign-in/stand-in/nextcloud.ts';
import type { AuthorizationBed } from './authorization-bed.ts';
import type { AtTheBrowser } from './signing-in-client.ts';

const DOCUMENT_URL = 'https://client.example.org/conformance.json';

export interface EmbeddedBed extends AuthorizationBed {
  close(): Promise<void>;
}

/** A gateway where people sign in with their Nextcloud, and one of them at a real browser. */
export async function startEmbeddedBed(browser: Browser): Promise<EmbeddedBed> {
  const nextcloud = await startStandInNextcloud();
  const gateway = await startSignInGateway(nextcloud.url);
  const callback = await openCallback();
  const unpublish = publishDocument(callback.url);
  const context = await browser.newContext();
  const alice = { loginName: 'alice', password: 'alice-password' };
  const person = await Person.in(context, alice);
  return {
    url: gateway.url,
    redirectUri: callback.url,
    documentUrl: DOCUMENT_URL,
    atTheBrowser: atTheBrowserOf(person),
    reading: { name: 'nc_notes_search_notes', args: { query: 'conformance' } },
    writing: {
      name: 'nc_notes_create_note',
      args: { title: 'Conformance', content: 'Written after a step-up', category: '' },
      scope: 'notes:write',
    },
    async close() {
      unpublish();
      await context.close();
      await callback.close();
      await gateway.close();
      await nextcloud.close();
    },
  };
}

/**
 * Documents are fetched from the public internet only, so the gateway's process sees this one there.
 * @returns takes it away again
 */
function publishDocument(redirectUri: string): () => void {
  const { fetch } = globalThis;
  globalThis.fetch = (input, init) =>
    (input instanceof Request ? input.url : String(input)) === DOCUMENT_URL
      ? Promise.resolve(
          Response.json({
            client_id: DOCUMENT_URL,
            client_name: 'Documented client',
            redirect_uris: [redirectUri],
            grant_types: ['authorization_code', 'refresh_token'],
          }),
        )
      : fetch(input, init);
  return () => {
    globalThis.fetch = fetch;
  };
}

/** Signs in when the gateway asks who is there, and answers what the client may. */
function atTheBrowserOf(person: Person): AtTheBrowser {
  return async (authorizationUrl, choice) => {
    const redirectUri = authorizationUrl.searchParams.get('redirect_uri') ?? '';
    const back = person.page.waitForRequest((request) => request.url().startsWith(redirectUri));
    await person.open(authorizationUrl);
    if (/sign in/i.test(await person.heading())) await person.signIn();
    await person.sees(/^Allow/);
    const offered = await person.offered();
    await person.allow({ without: (choice.without ?? []).filter((scope) => offered.has(scope)) });
    return new URL((await back).url());
  };
}
