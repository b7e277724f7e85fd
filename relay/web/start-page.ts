import { createHash } from 'node:crypto';
import type { RequestHandler } from 'express';
import type { Dependencies } from '../dependencies.ts';
import { PRODUCT } from '../version.ts';
import { escape } from './escape.ts';

const STYLE = `
:root { color-scheme: light dark; --ink: light-dark(#1b1f24, #e6e8eb); --soft: light-dark(#59636e, #9aa4af); --box: light-dark(#f3f5f7, #22272e); --page: light-dark(#fff, #16191d); --mark: light-dark(#00679e, #5ab5e8); }
body { font: 16px/1.55 system-ui, sans-serif; color: var(--ink); background: var(--page); max-width: 46rem; margin: 3rem auto; padding: 0 1.2rem; }
h1 { font-size: 1.6rem; } h2 { font-size: 1.1rem; margin-top: 2rem; }
p.note { border-left: 4px solid var(--mark); padding-left: 0.8rem; }
pre { background: var(--box); padding: 0.8rem 1rem; border-radius: 6px; overflow-x: auto; user-select: all; }
code { font: 0.9em ui-monospace, monospace; } a { color: var(--mark); } footer { color: var(--soft); margin-top: 3rem; }
`;

/** No script at all, and only this style: its hash is named instead of allowing any inline style. */
const POLICY = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(STYLE).digest('base64')}'`,
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** What a person sees who opens the gateway in a browser: what it is and how to connect a client. */
export function startPage({ config, demo }: Dependencies): RequestHandler {
  return (request, response) => {
    // The Host was checked before, so it is one of our own names.
    const endpoint = `${request.protocol}://${request.headers.host ?? 'localhost'}/mcp`;
    response.set({
      'Content-Security-Policy': POLICY,
      'X-Content-Type-Options': 'nosniff',
      'Referrer-Policy': 'no-referrer',
      'Cache-Control': 'no-store',
    });
    response.type('html').send(page({ endpoint, demo, bearer: config.bearerToken !== undefined }));
  };
}

interface PageFacts {
  readonly endpoint: string;
  readonly demo: boolean;
  /** Clients need the token; it is never shown, only its place. */
  readonly bearer: boolean;
}

export function page({ endpoint, demo, bearer }: PageFacts): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Nextcloud MCP gateway</title>
<style>${STYLE}</style>
<main>
<h1>Nextcloud MCP gateway</h1>
<p>MCP clients (assistants, editors, agents) can work in a Nextcloud through this server. The endpoint is <code>${escape(endpoint)}</code>.</p>
${demo ? '<p class="note">This is a <strong>demo</strong>: answers come from recordings, no Nextcloud is connected. Set NEXTCLOUD_HOST, NEXTCLOUD_USERNAME and NEXTCLOUD_PASSWORD to connect yours.</p>' : ''}
${bearer ? '<p class="note">Clients need the token that this gateway was started with. Put it where <code>YOUR_TOKEN</code> stands.</p>' : ''}
${snippets(endpoint, bearer)
  .map(({ title, text }) => `<h2>${escape(title)}</h2>\n<pre><code>${escape(text)}</code></pre>`)
  .join('\n')}
<h2>Health</h2>
<p><a href="/health/live">/health/live</a> says whether the gateway runs, <a href="/health/ready">/health/ready</a> whether Nextcloud answers.</p>
</main>
<footer>${escape(PRODUCT.name)} ${escape(PRODUCT.version)}</footer>
</html>
`;
}

function snippets(endpoint: string, bearer: boolean): { title: string; text: string }[] {
  const headers = bearer ? { headers: { Authorization: 'Bearer YOUR_TOKEN' } } : {};
  const json = (value: unknown): string => JSON.stringify(value, null, 2);
  const flag = bearer ? ' --header "Authorization: Bearer YOUR_TOKEN"' : '';
  return [
    { title: 'Claude Code', text: `claude mcp add --transport http nextcloud ${endpoint}${flag}` },
    {
      title: 'VS Code (.vscode/mcp.json)',
      text: json({ servers: { nextcloud: { type: 'http', url: endpoint, ...headers } } }),
    },
    {
      title: 'Cursor (.cursor/mcp.json)',
      text: json({ mcpServers: { nextcloud: { url: endpoint, ...headers } } }),
    },
    {
      title: 'Any other client',
      text: `transport  Streamable HTTP\nurl        ${endpoint}${bearer ? '\nheader     Authorization: Bearer YOUR_TOKEN' : ''}`,
    },
  ];
}
