import { createHash } from 'node:crypto';
import { expect } from 'chai';
import { startLocalNextcloud } from '../testing/local-nextcloud.ts';
import { startedGateway } from '../testing/started-gateway.ts';
import { page } from './start-page.ts';

describe('the start page', () => {
  it('escapes what it is told', () => {
    const html = page({
      endpoint: 'http://x"><script>alert(1)</script>/mcp',
      demo: false,
      bearer: false,
    });
    expect(html).not.to.contain('<script');
    expect(html).to.contain('&lt;script&gt;');
  });

  it('shows the place of the token, and says when it is a demo', () => {
    const html = page({ endpoint: 'http://localhost/mcp', demo: true, bearer: true });
    expect(html).to.contain('Bearer YOUR_TOKEN').and.to.contain('<strong>demo</strong>');
    expect(page({ endpoint: 'x', demo: false, bearer: false })).not.to.contain('YOUR_TOKEN');
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
      expect(html).not.to.contain('0123456789abcdef');
    } finally {
      await gateway.close();
      await upstream.close();
    }
  });
});
