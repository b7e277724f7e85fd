import { expect } from 'chai';
import { releaseTable } from '../../openapi/index.ts';
import { composedTools } from '../tools/index.ts';
import { buildRegistry } from './registry.ts';
import { searchTools, toolsetCounts } from './tool-search.ts';

describe('searchTools', () => {
  const { tools } = buildRegistry(releaseTable('32'), composedTools, { json: 1, binary: 1 });

  it('puts the tool that was meant among the first', () => {
    const first = (query: string): string[] =>
      searchTools(tools, query)
        .slice(0, 5)
        .map((tool) => tool.name);
    expect(first('create a board')).to.include('deck_create_board');
    expect(first('creating new boards')).to.include('deck_create_board');
  });

  it('keeps to a toolset, and gives all of it without a query', () => {
    const found = searchTools(tools, '', 'deck');
    expect(found.length).to.equal(toolsetCounts(tools).find(({ name }) => name === 'deck')?.tools);
    expect(new Set(found.map((tool) => tool.toolset))).to.eql(new Set(['deck']));
  });

  it('finds nothing for what nobody does', () => {
    expect(searchTools(tools, 'xylophone')).to.eql([]);
  });
});
