import { releaseFor, releaseTable, RELEASES } from '../../openapi/index.ts';
import type { Config } from '../config.ts';
import { Catalogue } from '../mcp/catalogue.ts';
import { listed } from '../mcp/registry.ts';
import { searchTools, toolsetCounts } from '../mcp/tool-search.ts';
import { inToolsets } from '../config/toolsets.ts';
import { didYouMean } from '../nearest.ts';
import { composedTools } from '../tools/index.ts';
import type { Tool } from '../tools/tool.ts';
import { table } from './table.ts';

export interface ToolsOptions {
  /** Nextcloud major version whose tools are meant; the newest stored one unless told. */
  readonly release: string | undefined;
  readonly toolset: string | undefined;
  readonly json: boolean;
}

/** Everything the gateway could offer on a server that has every app; no Nextcloud is asked. */
export function knownTools(config: Config, options: ToolsOptions): readonly Tool[] {
  const major = options.release ?? RELEASES.at(-1) ?? '';
  if (!/^\d+$/.test(major)) {
    throw new RangeError(
      `--release takes a major version of Nextcloud, not ${JSON.stringify(major)}.`,
    );
  }
  const release = releaseFor(Number(major));
  const { toolsets, readOnly, surface } = config.tools;
  const { json, binary } = config.limits;
  const catalogue = new Catalogue({
    composed: composedTools,
    limits: { json, binary },
    toolsets,
    readOnly,
    surface,
    tables: releaseTable,
  });
  const { tools } = catalogue.registry(release);
  const known = new Set(tools.map((tool) => tool.toolset));
  if (options.toolset !== undefined && !known.has(options.toolset)) {
    const name = JSON.stringify(options.toolset);
    throw new RangeError(`There is no toolset ${name}.${didYouMean(options.toolset, known)}`);
  }
  return tools
    .filter((tool) => toolsets === undefined || inToolsets(tool.toolset, toolsets))
    .filter((tool) => !readOnly || tool.effect === 'read')
    .filter((tool) => options.toolset === undefined || tool.toolset === options.toolset);
}

export function listText(tools: readonly Tool[], options: ToolsOptions): string {
  if (options.json) return asJson(tools.map(summary));
  const counts = toolsetCounts(tools).map(({ name, tools: count }) => `${name} ${String(count)}`);
  return `${table(tools.map(row))}\n${String(tools.length)} tools: ${counts.join(', ')}\n`;
}

export function searchText(tools: readonly Tool[], query: string, options: ToolsOptions): string {
  const found = searchTools(tools, query).slice(0, 20);
  if (options.json) return asJson(found.map(summary));
  return found.length === 0 ? `No tool fits ${JSON.stringify(query)}.\n` : table(found.map(row));
}

/** Throws RangeError with a suggestion when there is no such tool. */
export function showText(tools: readonly Tool[], name: string, options: ToolsOptions): string {
  const tool = tools.find((candidate) => candidate.name === name);
  if (tool === undefined) {
    const names = tools.map((candidate) => candidate.name);
    throw new RangeError(`There is no tool ${JSON.stringify(name)}.${didYouMean(name, names)}`);
  }
  if (options.json) return asJson({ ...summary(tool), ...listed(tool) });
  return [
    `${tool.name}: ${tool.title}`,
    tool.description,
    '',
    table([
      ['toolset', tool.toolset],
      ['app', tool.app ?? '(any)'],
      ['scopes', tool.scopes.join(' ')],
      ['effect', tool.effect],
    ]),
    JSON.stringify(tool.inputSchema, null, 2),
    '',
  ].join('\n');
}

/** The tools exactly as `tools/list` would show them. */
export function exportText(tools: readonly Tool[]): string {
  return asJson({ tools: tools.map(listed) });
}

function summary(tool: Tool): Record<string, unknown> {
  const { name, title, description, toolset, app, scopes, effect } = tool;
  return {
    name,
    title,
    description,
    toolset,
    ...(app === undefined ? {} : { app }),
    scopes,
    effect,
  };
}

function row(tool: Tool): readonly string[] {
  return [tool.name, tool.toolset, tool.effect, tool.title];
}

function asJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
