import type { ListToolsResult } from '@modelcontextprotocol/server';
import type { Catalogue, View } from './catalogue.ts';
import { META_TOOLS } from './meta-tools.ts';
import { listed } from './registry.ts';
import type { ListedTool } from './registry.ts';

/** Views live as long as what decides them stays the same, and so does what is built from them. */
const built = new WeakMap<View, ListedTool[]>();

/** Every shown tool on one page (older clients read one page only), built once per view. */
export function listTools(view: View, catalogue: Catalogue): ListToolsResult {
  let tools = built.get(view);
  if (tools === undefined) {
    const { listable } = view;
    const shown = [...listable.values()].filter((tool) => view.shown.has(tool.name)).map(listed);
    const reachable = shown.length < listable.size || catalogue.options.surface === 'compact';
    tools = [...(reachable ? metaTools(catalogue.options.readOnly) : []), ...shown];
    built.set(view, tools);
  }
  return { tools: tools };
}

function metaTools(readOnly: boolean): ListedTool[] {
  // Nothing that changes data can be called then, by this way neither.
  return META_TOOLS.map((tool) =>
    listed(readOnly ? { ...tool, effect: 'read', openWorld: false } : tool),
  );
}
