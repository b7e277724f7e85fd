import { Router } from 'express';
import type { ProviderMetadata } from '../../credentials/provider-metadata.ts';
import { admit, authorizationUrl } from '../../signin/front-door.ts';
import type { FrontDoorPolicy } from '../../signin/front-door.ts';
import { messagePage } from '../../web/pages/message.ts';
import { isForPerson } from '../readers.ts';
import { sendPage } from '../send-page.ts';

/**
 * Flow 1: `/oauth/authorize` sends an MCP client's browser on to the identity provider, after a look at what it wants.
 * The code goes back to the client itself; nothing of it passes through here.
 */
export function oauthAuthorize(
  policy: FrontDoorPolicy,
  metadata: () => Promise<ProviderMetadata>,
): Router {
  const router = Router();
  router.get('/oauth/authorize', async (request, response) => {
    response.set({ 'Cache-Control': 'no-store', 'Referrer-Policy': 'no-referrer' });
    const admission = admit(new URL(request.originalUrl, 'http://gateway').searchParams, policy);
    if (admission.kind === 'refused') {
      const { status, error, description } = admission;
      if (isForPerson(request)) sendPage(response, refusedPage(status, description));
      else response.status(status).json({ error, error_description: description });
      return;
    }
    const { authorizationEndpoint } = await metadata();
    response.redirect(302, authorizationUrl(authorizationEndpoint, admission.parameters));
  });
  return router;
}

function refusedPage(status: number, description: string): ReturnType<typeof messagePage> {
  return messagePage({
    status,
    title: 'This app cannot sign you in here',
    text: `What the app asks for is refused: ${description}`,
    advice: 'Look for an update of the app, or show this to whoever runs this gateway.',
  });
}
