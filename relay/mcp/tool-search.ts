import type { Tool } from '../tools/tool.ts';

/** Words that say nothing about a tool. */
const EMPTY_WORDS = new Set([
  'a',
  'an',
  'and',
  'all',
  'for',
  'from',
  'in',
  'my',
  'of',
  'on',
  'the',
  'to',
  'with',
]);

/** Tools that fit the query, best first; ties in the given order. Without a query, all of the toolset. */
export function searchTools(
  tools: readonly Tool[],
  query: string,
  toolset?: string,
): readonly Tool[] {
  const candidates =
    toolset === undefined ? tools : tools.filter((tool) => tool.toolset === toolset);
  const words = wordsOf(query).filter((word) => !EMPTY_WORDS.has(word));
  if (words.length === 0) return candidates;
  return candidates
    .map((tool) => ({ tool, score: scoreOf(tool, words) }))
    .filter(({ score }) => score > 0)
    .sort((a, b) => b.score - a.score)
    .map(({ tool }) => tool);
}

/** A word in the name weighs more than one in the title, and that more than one in the description. */
function scoreOf(tool: Tool, words: readonly string[]): number {
  const fields: [readonly string[], number][] = [
    [wordsOf(`${tool.name} ${tool.toolset} ${tool.app ?? ''}`), 4],
    [wordsOf(tool.title), 3],
    [wordsOf(tool.description), 1],
  ];
  return words.reduce(
    (sum, word) => sum + Math.max(...fields.map(([field, weight]) => fit(word, field) * weight)),
    0,
  );
}

function fit(word: string, field: readonly string[]): number {
  if (field.includes(word)) return 1;
  // "notes" finds "note", "creating" finds "create".
  const stem = word.slice(0, Math.max(3, Math.min(word.length - 1, 5)));
  return field.some((other) => other.startsWith(stem)) ? 0.6 : 0;
}

function wordsOf(text: string): readonly string[] {
  return text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? [];
}

/** Toolset → how many tools, by name. */
export function toolsetCounts(tools: readonly Tool[]): { name: string; tools: number }[] {
  const counts = new Map<string, number>();
  for (const { toolset } of tools) counts.set(toolset, (counts.get(toolset) ?? 0) + 1);
  return [...counts]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, count]) => ({ name, tools: count }));
}
