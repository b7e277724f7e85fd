import { Router } from 'express';
import { ICON } from '../../web/icon.ts';
import { SCRIPT, SCRIPT_PATH } from '../../web/page-script.ts';

/** The script and the icon of the pages. The script's address changes with its content. */
export function assets(): Router {
  const router = Router();
  router.get(SCRIPT_PATH, (_request, response) => {
    response.set({
      'Cache-Control': 'public, max-age=31536000, immutable',
      'X-Content-Type-Options': 'nosniff',
    });
    response.type('text/javascript').send(SCRIPT);
  });
  router.get('/assets/icon.svg', (_request, response) => {
    response.set({
      'Cache-Control': 'public, max-age=86400',
      'Content-Security-Policy': "default-src 'none'",
      'X-Content-Type-Options': 'nosniff',
    });
    response.type('image/svg+xml').send(ICON);
  });
  return router;
}
