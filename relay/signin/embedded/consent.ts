import type { Context, Grant, Interaction, Provider } from 'oidc-provider';
import type { Consents } from '../../store/consents.ts';

export interface ConsentRules {
  readonly issuer: string;
  /** Every scope of a tool. */
  readonly scopes: readonly string[];
  /** Those that are ticked for a client which leaves the choice to the person. */
  readonly initial: readonly string[];
  readonly consents: Consents;
}

/**
 * Our own parameter of an authorization request: the client leaves the choice to the person. It named none of our
 * scopes, or every one of them, as clients do that read the list of what there is.
 */
export const UNNAMED_SCOPES = 'scopes_unnamed';

/** Runs on every authorization request, after the library's own checks of the scopes. */
export function offerAllScopes(context: Context, { scopes }: ConsentRules): void {
  const { params } = context.oidc;
  const named = params['scope']?.split(' ') ?? [];
  const none = !named.some((scope) => scopes.includes(scope));
  const every = scopes.every((scope) => named.includes(scope));
  params[UNNAMED_SCOPES] = none || every ? 'yes' : undefined;
  if (none) params['scope'] = [...named, ...scopes].join(' ');
}

/** Scopes of ours that an authorization is about. */
export function askedScopes(
  params: Readonly<Record<string, string | undefined>>,
  { scopes }: ConsentRules,
): readonly string[] {
  const named = new Set(params['scope']?.split(' '));
  return scopes.filter((scope) => named.has(scope));
}

export async function consentedScopes(
  subject: string,
  clientId: string,
  { issuer, scopes, consents }: ConsentRules,
): Promise<readonly string[]> {
  const consent = await consents.find({ issuer, subject }, clientId);
  return scopes.filter((scope) => consent?.scopes.includes(scope) === true);
}

/** Ticked to begin with: what the client asked for, or little where it leaves the choice to the person. */
export function isPreselected(
  scope: string,
  params: Readonly<Record<string, string | undefined>>,
  { initial }: ConsentRules,
): boolean {
  return params[UNNAMED_SCOPES] === undefined || initial.includes(scope);
}

interface Granting {
  readonly provider: Provider;
  readonly accountId: string;
  readonly clientId: string;
  /** Resource indicators as the client wrote them; tokens are found by these. */
  readonly resources: readonly string[];
  readonly granted: readonly string[];
  /** Asked for and not given; without this the library asks again for ever. */
  readonly rejected: readonly string[];
}

/**
 * A new grant for each authorization: what was rejected in an earlier one would win over what is granted now, and a
 * stolen token ends its own family only.
 */
function newGrant(granting: Granting): Grant {
  const { provider, accountId, clientId, resources, granted, rejected } = granting;
  const grant = new provider.Grant({ accountId, clientId });
  grant.addOIDCScope('openid');
  for (const resource of resources) {
    if (granted.length > 0) grant.addResourceScope(resource, granted.join(' '));
    if (rejected.length > 0) grant.rejectResourceScope(resource, rejected.join(' '));
  }
  return grant;
}

/**
 * The grant an authorization starts with: the one just consented to, or one made of what the person allowed this client
 * before. It is saved when nothing is left to ask, which ends the authorization without a page.
 */
export async function startingGrant(
  provider: Provider,
  { oidc }: Context,
  rules: ConsentRules,
): Promise<Grant | undefined> {
  const decided = oidc.result?.consent?.grantId;
  if (decided !== undefined) return provider.Grant.find(decided);
  const accountId = oidc.account?.accountId;
  if (accountId === undefined) return undefined;
  const { clientId, applicationType } = oidc.client;
  const granted = await consentedScopes(accountId, clientId, rules);
  if (granted.length === 0) return undefined;
  const resources = Object.keys(oidc.resourceServers);
  const grant = newGrant({ provider, accountId, clientId, resources, granted, rejected: [] });
  const complete = askedScopes(oidc.params, rules).every((scope) => granted.includes(scope));
  if (complete && applicationType === 'web' && !oidc.prompts.has('consent')) await grant.save();
  return grant;
}

export interface Decision {
  readonly subject: string;
  readonly clientId: string;
  readonly clientName: string | undefined;
  /** Ticked on the page. */
  readonly chosen: readonly string[];
}

/** Writes down what the person allowed and gives the grant. Undefined when nothing was left: a refusal. */
export async function decide(
  provider: Provider,
  interaction: Interaction,
  { subject, clientId, clientName, chosen }: Decision,
  rules: ConsentRules,
): Promise<string | undefined> {
  const already = await consentedScopes(subject, clientId, rules);
  const asked = askedScopes(interaction.params, rules);
  const granted = rules.scopes.filter(
    (scope) => already.includes(scope) || (asked.includes(scope) && chosen.includes(scope)),
  );
  if (!asked.some((scope) => granted.includes(scope))) return undefined;
  await rules.consents.save(
    { issuer: rules.issuer, subject },
    { clientId, clientName, scopes: granted },
  );
  const rejected = asked.filter((scope) => !granted.includes(scope));
  const resources = [interaction.params['resource'] ?? []].flat();
  const grant = newGrant({
    provider,
    accountId: subject,
    clientId,
    resources,
    granted,
    rejected,
  });
  return grant.save();
}
