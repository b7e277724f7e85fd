import facts from './contract-status.json' with { type: 'json' };

/** How far a tool is proven against a real Nextcloud of a release. */
export type ContractStatus =
  | { readonly kind: 'recorded' }
  /** Recorded, but the server only ever refused. */
  | { readonly kind: 'refused-only' }
  | { readonly kind: 'unrecorded'; readonly reason?: string };

interface ReleaseFacts {
  readonly recorded: readonly string[];
  readonly refusedOnly: readonly string[];
  /** Reason → tools. */
  readonly unrecorded: Readonly<Record<string, readonly string[]>>;
}

const RELEASES: Readonly<Record<string, ReleaseFacts>> = facts.releases;

/** From `contract-status.json`, which `npm run docs` writes out of the recordings. */
export function contractStatus(release: string, tool: string): ContractStatus {
  const known = RELEASES[release];
  if (known?.refusedOnly.includes(tool) === true) return { kind: 'refused-only' };
  if (known?.recorded.includes(tool) === true) return { kind: 'recorded' };
  const reason = Object.entries(known?.unrecorded ?? {}).find(([, tools]) =>
    tools.includes(tool),
  )?.[0];
  return { kind: 'unrecorded', ...(reason === undefined ? {} : { reason }) };
}
