import { Router } from 'express';
import type { ProviderMetadata } from '../../credentials/provider-metadata.ts';
import { admit, authorizationUrl } from '../../signin/front-door.ts';
import type { FrontDoorPolicy } from '../../signin/front-door.ts';

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
      response.status(status).json({ error, error_description: description });
      return;
    }
    const { authorizationEndpoint } = await metadata();
    response.redirect(302, authorizationUrl(authorizationEndpoint, admission.parameters));
  });
  return router;
}
