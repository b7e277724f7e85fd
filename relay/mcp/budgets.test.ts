import { expect } from 'chai';
import { RELEASES, releaseTable } from '../../openapi/index.ts';
import { DEFAULT_TOOLSETS } from '../config/toolsets.ts';
import { composedTools } from '../tools/index.ts';
import { META_TOOLS } from './meta-tools.ts';
import { buildRegistry, listed } from './registry.ts';
import type { ListedTool } from './registry.ts';

/** What a model sees of a list: names, descriptions and input schemas; four bytes make about one token. */
function tokens(tools: readonly ListedTool[]): number {
  const seen = tools.map(({ name, description, inputSchema }) => ({
    name,
    description,
    inputSchema,
  }));
  return Math.ceil(Buffer.byteLength(JSON.stringify(seen)) / 4);
}

for (const release of RELEASES) {
  describe(`size of the tool lists, Nextcloud ${release}`, () => {
    const { tools } = buildRegistry(releaseTable(release), composedTools, { json: 1, binary: 1 });

    it('the default list stays below 25,000 tokens', () => {
      const daily = tools.filter(({ toolset }) => DEFAULT_TOOLSETS.includes(toolset)).map(listed);
      expect(daily.length).to.be.greaterThan(100);
      expect(tokens([...daily, ...META_TOOLS.map(listed)])).to.be.lessThan(25_000);
    });

    it('the compact surface stays below 2,500 tokens', () => {
      expect(tokens(META_TOOLS.map(listed))).to.be.lessThan(2500);
    });

    it('everything listed at once stays below 400 kB', () => {
      const bytes = Buffer.byteLength(JSON.stringify(tools.map(listed)));
      expect(bytes).to.be.lessThan(400_000);
    });

    it('every name is one that any client accepts', () => {
      const odd = tools
        .map(({ name }) => name)
        .filter((name) => !/^[a-z][a-z0-9_]{0,49}$/.test(name));
      expect(odd).to.deep.equal([]);
    });

    it('every argument that a client sees is described', () => {
      const silent = tools.flatMap(({ name, inputSchema }) =>
        Object.entries(
          (inputSchema['properties'] ?? {}) as Record<string, { description?: string }>,
        )
          .filter(([, schema]) => (schema.description ?? '').trim() === '')
          .map(([argument]) => `${name}.${argument}`),
      );
      expect(silent).to.deep.equal([]);
    });
  });
}
