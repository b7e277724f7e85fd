import express from 'express';
import type { Express } from 'express';
import type { MetricsPage } from '../../metrics/prometheus.ts';

/** `/metrics` on a listener of its own: what it tells is for whoever runs the gateway, not for its clients. */
export function metricsApp(page: () => Promise<MetricsPage>): Express {
  const app = express();
  app.disable('x-powered-by');
  app.get('/metrics', async (_request, response) => {
    const { contentType, text } = await page();
    response.setHeader('Content-Type', contentType);
    response.end(text);
  });
  return app;
}
