/** For whom a token may have been issued to be ours, and the name of what it must not be for alone. */
export interface AudienceRule {
  readonly own: ReadonlySet<string>;
  readonly nextcloud: ReadonlySet<string>;
}

export type AudienceRefusal =
  /** RFC 9068 §4: a token without `aud` was issued for nobody in particular. */
  | 'audience_missing'
  /** For Nextcloud, and not for us: the holder may use it there, not here. */
  | 'audience_nextcloud'
  | 'audience_foreign';

export type AudienceAnswer =
  { readonly ok: true } | { readonly ok: false; readonly reason: AudienceRefusal };

export interface AudienceNames {
  /** URL of the MCP endpoint, as people type it: `https://mcp.example.org/mcp`. */
  readonly resource: string;
  /** URL of the gateway: `https://mcp.example.org`. */
  readonly root: string;
  /** The gateway's client id at the identity provider, which many put into `aud`. */
  readonly clientId?: string;
  /** What the gateway asks for when it wants a token for Nextcloud. */
  readonly nextcloud: readonly string[];
}

/** Throws when a name would stand for both sides: every token for Nextcloud would then be one for us. */
export function audienceRule(names: AudienceNames): AudienceRule {
  const own = [names.resource, names.root];
  if (names.clientId !== undefined) own.push(names.clientId);
  if (own.some((one) => one === '')) throw new Error('An audience of the gateway is empty.');
  const rule = { own: audienceSet(own), nextcloud: audienceSet(names.nextcloud) };
  for (const name of rule.own) {
    if (rule.nextcloud.has(name))
      throw new Error(`${name} cannot be the audience of the gateway and of Nextcloud at once.`);
  }
  return rule;
}

/** One of the audiences must be ours (RFC 8707, RFC 9068 §4). Others may stand beside it. */
export function checkAudience(audiences: readonly string[], rule: AudienceRule): AudienceAnswer {
  if (audiences.length === 0) return { ok: false, reason: 'audience_missing' };
  const given = audiences.map(comparable);
  if (given.some((one) => rule.own.has(one))) return { ok: true };
  const forNextcloud = given.some((one) => rule.nextcloud.has(one));
  return { ok: false, reason: forNextcloud ? 'audience_nextcloud' : 'audience_foreign' };
}

/**
 * Multi-audience mode, where Nextcloud takes the very token: it must name both. Without this a token meant for us alone
 * would be handed to somebody it was not issued for.
 */
export function checkBothAudiences(
  audiences: readonly string[],
  rule: AudienceRule,
): AudienceAnswer {
  const own = checkAudience(audiences, rule);
  if (!own.ok) return own;
  const both = audiences.some((one) => rule.nextcloud.has(comparable(one)));
  return both ? own : { ok: false, reason: 'audience_foreign' };
}

/** Names as they are compared with a token's. */
export function audienceSet(names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map(comparable));
}

/** `https://x/` and `https://x` name one server; nothing else is smoothed over. */
function comparable(audience: string): string {
  return /^https?:\/\//.test(audience) ? audience.replace(/\/$/, '') : audience;
}
