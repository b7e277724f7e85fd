import { markup } from '../markup.ts';
import type { Html } from '../markup.ts';
import type { Page } from '../page.ts';
import type { Tool } from '../../tools/tool.ts';
import { effectTag } from './tags.ts';

export interface ToolsView {
  readonly query: string;
  readonly toolset: string | undefined;
  readonly toolsets: readonly { readonly name: string; readonly tools: number }[];
  /** Undefined: nobody has asked for anything yet. */
  readonly found: FoundTools | undefined;
}

export interface FoundTools {
  readonly tools: readonly Pick<Tool, 'name' | 'title' | 'description' | 'effect' | 'toolset'>[];
  readonly total: number;
  /** From 1. */
  readonly page: number;
  readonly pages: number;
}

/** Longer descriptions are cut here; the tool's own page has them whole. */
const DESCRIPTION_SHOWN = 180;

/** The catalogue: by toolset, or what was searched for. */
export function toolsPage(view: ToolsView): Page {
  const { found } = view;
  const body = markup`<p class="lead">Everything that a connected client can do here, with arguments and answers.</p>
${searchForm(view)}
${found === undefined ? toolsetCards(view) : results(found, view)}`;
  return { title: 'Tools', body, script: true, width: 'wide', section: 'tools' };
}

function searchForm({ query, toolset, toolsets, found }: ToolsView): Html {
  const options = toolsets.map(
    ({ name }) =>
      markup`<option value="${name}"${name === toolset ? markup` selected` : markup``}>${toolsetTitle(name)}</option>`,
  );
  const live = found === undefined ? markup`` : markup` data-filter`;
  return markup`<form class="card search" role="search" method="get" action="/tools"><div><label for="q">Search</label><input type="search" id="q" name="q" value="${query}" placeholder="e.g. create an event" autocomplete="off"${live}></div><div><label for="toolset">In</label><select id="toolset" name="toolset"><option value="">all toolsets</option>${options}</select></div><button class="primary">Search</button></form>`;
}

function toolsetCards({ toolsets }: ToolsView): Html {
  const cards = toolsets.map(
    ({ name, tools }) =>
      markup`<li class="tool"><a href="/tools?toolset=${encodeURIComponent(name)}">${toolsetTitle(name)}</a><p class="soft">${counted(tools)}</p></li>\n`,
  );
  const all = toolsets.reduce((sum, { tools }) => sum + tools, 0);
  return markup`<h2>${counted(all)} in ${String(toolsets.length)} toolsets</h2><ul class="grid">${cards}</ul>`;
}

function results(found: FoundTools, view: ToolsView): Html {
  const { tools, total } = found;
  if (total === 0) {
    return markup`<div class="card"><p role="status">No tool fits. Try fewer or other words, or <a href="/tools">look through the toolsets</a>.</p></div>`;
  }
  const entries = tools.map(
    ({ name, title, description, effect, toolset }) =>
      markup`<li class="tool" data-words="${`${name} ${title} ${description} ${toolset}`.toLowerCase().slice(0, 300)}"><a href="/tools/${encodeURIComponent(name)}">${title}</a><code>${name}</code><p>${shortened(description)}</p><p class="tags">${effectTag(effect)}<span class="tag">${toolsetTitle(toolset)}</span></p></li>\n`,
  );
  return markup`<h2 data-count role="status">${counted(total)}${found.pages > 1 ? `, page ${String(found.page)} of ${String(found.pages)}` : ''}</h2><ul class="grid" data-entries>${entries}</ul>${pager(found, view)}`;
}

function pager({ page, pages }: FoundTools, { query, toolset }: ToolsView): Html {
  if (pages <= 1) return markup``;
  const link = (to: number, text: string): Html => {
    const asked = { q: query, toolset: toolset ?? '', page: String(to) };
    return markup`<a class="button" href="/tools?${new URLSearchParams(asked).toString()}">${text}</a>`;
  };
  return markup`<nav class="actions" aria-label="Pages">${page > 1 ? link(page - 1, 'Previous page') : markup``}${page < pages ? link(page + 1, 'Next page') : markup``}</nav>`;
}

export function toolsetTitle(name: string): string {
  if (name === 'ai') return 'AI';
  const text = name.replaceAll('_', ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function counted(tools: number): string {
  return `${String(tools)} ${tools === 1 ? 'tool' : 'tools'}`;
}

function shortened(text: string): string {
  return text.length <= DESCRIPTION_SHOWN
    ? text
    : `${text.slice(0, DESCRIPTION_SHOWN).replace(/[\s.,;:]+\S*$/, '')}…`;
}
