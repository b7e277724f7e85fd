import { expect } from 'chai';
import { RELEASES, releaseTable } from '../../openapi/index.ts';
import { composedTools } from '../tools/index.ts';
import { META_TOOLS } from './meta-tools.ts';
import { annotationsOf, buildRegistry, listed } from './registry.ts';
import { RESOURCES } from './resource-entries.ts';

const LIMITS = { json: 60_000, binary: 1_000_000 };

describe('the tables the registry is built from', () => {
  for (const release of RELEASES) {
    it(`make a registry of release ${release} with unique, portable names`, () => {
      const { tools } = buildRegistry(releaseTable(release), composedTools, LIMITS);
      const names = [...tools, ...META_TOOLS].map((tool) => tool.name);
      expect(new Set(names).size).to.equal(names.length);
      for (const name of names) expect(name).to.match(/^[a-z][a-z0-9_]{0,49}$/);
    });

    it(`hold every operation that resources of release ${release} ask for`, () => {
      const { operations, apps } = releaseTable(release);
      for (const entry of RESOURCES) {
        expect(operations, entry.uri).to.have.property(entry.operation);
        expect(apps).to.have.property(entry.app);
      }
    });
  }

  it('refuse two tools of one name', () => {
    const table = releaseTable('32');
    const [name = ''] = Object.keys(table.tools);
    const twin = { ...META_TOOLS[0], name, uses: [] } as never;
    expect(() => buildRegistry(table, [twin], LIMITS)).to.throw(name);
  });
});

describe('annotationsOf', () => {
  it('follows from the effect', () => {
    expect(annotationsOf({ effect: 'read', openWorld: false })).to.eql({
      readOnlyHint: true,
      destructiveHint: false,
      idempotentHint: true,
      openWorldHint: false,
    });
    expect(annotationsOf({ effect: 'add', openWorld: true })).to.include({
      idempotentHint: false,
      openWorldHint: true,
    });
    expect(annotationsOf({ effect: 'delete', openWorld: false })).to.include({
      destructiveHint: true,
    });
  });

  it('goes out with the tool, and nothing that is ours alone', () => {
    const [tool] = META_TOOLS;
    if (tool === undefined) throw new Error('no meta tool');
    expect(Object.keys(listed(tool))).to.eql([
      'name',
      'title',
      'description',
      'inputSchema',
      'annotations',
    ]);
  });
});
