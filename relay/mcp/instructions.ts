export interface InstructionFacts {
  readonly readOnly: boolean;
  readonly surface: 'full' | 'compact';
  /** Every toolset is listed only when somebody chose them. */
  readonly chosenToolsets: boolean;
  readonly demo: boolean;
}

/** What a model should know before its first call, in as few words as possible. */
export function instructionsFor(facts: InstructionFacts): string {
  return [
    facts.demo
      ? 'DEMO: answers come from recordings, not from a live Nextcloud; only recorded calls work.'
      : undefined,
    'Tools act in Nextcloud as the signed-in user.',
    facts.surface === 'compact' || !facts.chosenToolsets
      ? 'More tools than are listed exist: nc_find_tools finds them, nc_describe_tool shows their arguments, nc_call_tool calls them.'
      : undefined,
    'Ids come from list and search tools; do not guess them.',
    'Updates that take an etag refuse to overwrite somebody else’s change: read again, then retry.',
    'A list with next_cursor goes on: call again with cursor. Times are ISO 8601.',
    'An error says whether retrying helps (retryable).',
    facts.readOnly ? 'This gateway is read-only.' : undefined,
  ]
    .filter((line) => line !== undefined)
    .join('\n');
}
