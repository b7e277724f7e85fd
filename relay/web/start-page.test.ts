import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { startLocalNextcloud } from '../testing/local-nextcloud.ts';
import type { LocalNextcloud } from '../testing/local-nextcloud.ts';
import { startedGateway } from '../testing/started-gateway.ts';
import { connections } from './connections.ts';
import { startPageOf } from './pages/start.ts';

describe('the start page', () => {
  const facts = { endpoint: 'http://localhost/mcp', mode: 'single-user', health: 'ready' } as const;
  const text = (view: Parameters<typeof startPageOf>[0]): string => startPageOf(view).body.text;

  it('shows the place of the token, and says when it is a demo', () => {
    const page = text({ ...facts, mode: 'demo', bearer: true });
    expect(page).to.contain('Bearer YOUR_TOKEN').and.to.contain('<strong>demo</strong>');
    expect(text({ ...facts, bearer: false })).not.to.contain('YOUR_TOKEN');
  });

  it('says how it is', () => {
    const said = (health: 'ready' | 'not_ready' | 'unknown') =>
      text({ ...facts, bearer: false, health });
    expect(said('ready')).to.contain('Everything works');
    expect(said('not_ready')).to.contain('Nextcloud does not answer');
    expect(said('unknown')).to.contain('slow to answer');
  });

  it('gives every client the one address', () => {
    for (const { title, text: setUp } of connections('https://mcp.example.org/mcp', false)) {
      expect(setUp, title).to.contain('https://mcp.example.org/mcp');
      expect(setUp, title).not.to.contain('YOUR_TOKEN');
    }
    const local = new Map(
      connections('http://localhost:8000/mcp', true).map(({ id, text: setUp }) => [id, setUp]),
    );
    expect(local.get('claude-desktop')).to.contain('mcp-remote');
    expect(local.get('chatgpt')).to.equal(undefined);
    expect(local.get('claude-code')).to.equal(
      'claude mcp add --transport http nextcloud http://localhost:8000/mcp --header "Authorization: Bearer YOUR_TOKEN"',
    );
  });

  it('is served with a policy that allows exactly its own style, and without its token', async () => {
    const upstream = await startLocalNextcloud();
    const gateway = await startedGateway(upstream.url, { MCP_BEARER_TOKEN: '0123456789abcdef' });
    try {
      const response = await fetch(gateway.url);
      const html = await response.text();
      const style = /<style>([\s\S]*?)<\/style>/.exec(html)?.[1] ?? '';
      const hash = createHash('sha256').update(style).digest('base64');
      const policy = response.headers.get('content-security-policy');
      expect(policy).to.contain(`style-src 'sha256-${hash}'`).and.to.contain("default-src 'none'");
      expect(html).to.contain(`claude mcp add --transport http nextcloud ${gateway.url}/mcp`);
      expect(html).to.contain('Everything works');
      expect(html).not.to.contain('0123456789abcdef');
    } finally {
      await gateway.close();
      await upstream.close();
    }
  });

  it('says that Nextcloud does not answer, and asks it once for many visitors', async () => {
    const upstream = await startLocalNextcloud(() => ({ status: 503 }));
    const gateway = await startedGateway(upstream.url);
    try {
      expect(await (await fetch(gateway.url)).text()).to.contain('Nextcloud does not answer');
      const asked = requests(upstream);
      expect(asked).to.be.greaterThan(0);
      await fetch(gateway.url);
      expect(requests(upstream)).to.equal(asked);
    } finally {
      await gateway.close();
      await upstream.close();
    }
  });
});

function requests({ seen }: LocalNextcloud): number {
  return seen.length;
}
