import type { IncomingMessage, ServerResponse } from 'node:http';
import { errors } from 'oidc-provider';
import type { Interaction, Provider } from 'oidc-provider';
import { describeClient, knownClient } from './client-description.ts';
import type { ClientDescription } from './client-description.ts';
import { isAlike, looksLike } from './client-name.ts';
import type { NamedClient } from './client-name.ts';
import { askedScopes, consentedScopes, decide, isPreselected } from './consent.ts';
import type { ConsentRules } from './consent.ts';

/** An authorization that waits for its person, in the browser that began it. */
export interface PendingAuthorization {
  readonly uid: string;
  /** Epoch seconds. */
  readonly since: number;
  /** `login`: nobody said yet who is there; `consent`: they have to say what they allow. */
  readonly step: 'login' | 'consent';
  /** Who it is for, in the `consent` step. */
  readonly subject: string | undefined;
  /** The client wants the person to sign in anew: a login from before `since` does not count. */
  readonly wantsNewLogin: boolean;
  readonly client: ClientDescription;
  /** What is asked for now, without what was allowed earlier. */
  readonly asked: readonly { readonly scope: string; readonly checked: boolean }[];
  /** Allowed earlier. */
  readonly already: readonly string[];
  /** A known client's name that this one's could be taken for. */
  readonly looksLike: string | undefined;
  /** Somebody signed in. Gives the path where the browser goes on. */
  signedIn(subject: string): Promise<string>;
  /** The person ticked these. None at all is a refusal. Gives the path where the browser goes on. */
  allow(scopes: readonly string[]): Promise<string>;
  /** The client is told `access_denied`. Gives the path where the browser goes on. */
  refuse(): Promise<string>;
  /** Back to the `login` step, for another person. */
  forgetPerson(): Promise<void>;
}

interface Browser {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

/** Undefined: over, of another browser, or of another client's authorization in this one. */
export async function pendingAuthorization(
  provider: Provider,
  browser: Browser,
  uid: string,
  rules: ConsentRules,
): Promise<PendingAuthorization | undefined> {
  const interaction = await interactionOf(provider, browser);
  if (interaction === undefined || interaction.uid !== uid) return undefined;
  const { params, session } = interaction;
  const found = await provider.Client.find(params['client_id'] ?? '').catch(() => undefined);
  if (found === undefined) return undefined;
  const client = describeClient(found, params);
  const step = interaction.prompt.name === 'login' ? 'login' : 'consent';
  const subject = step === 'consent' ? session?.accountId : undefined;
  const already = subject === undefined ? [] : await consentedScopes(subject, client.id, rules);
  const finish = async (result: object, mergeWithLastSubmission: boolean): Promise<string> => {
    const next = await provider.interactionResult(browser.request, browser.response, result, {
      mergeWithLastSubmission,
    });
    return new URL(next).pathname;
  };
  const refuse = (): Promise<string> => finish({ error: 'access_denied' }, false);
  return {
    uid,
    step,
    subject,
    client,
    since: interaction.iat,
    wantsNewLogin: wantsNewLogin(interaction),
    asked: askedScopes(params, rules)
      .filter((scope) => !already.includes(scope))
      .map((scope) => ({ scope, checked: isPreselected(scope, params, rules) })),
    already,
    looksLike: subject === undefined ? undefined : await takenFor(provider, client, subject, rules),
    signedIn: (accountId) =>
      finish({ login: { accountId, amr: ['nextcloud'], remember: false } }, false),
    async allow(chosen) {
      if (subject === undefined) throw new Error('Nobody signed in to allow anything.');
      const decision = { subject, clientId: client.id, clientName: client.name, chosen };
      const grantId = await decide(provider, interaction, decision, rules);
      return grantId === undefined ? refuse() : finish({ consent: { grantId } }, true);
    },
    refuse,
    async forgetPerson() {
      interaction.prompt = { name: 'login', reasons: ['other_account'], details: {} };
      interaction.session = undefined;
      interaction.grantId = undefined;
      interaction.lastSubmission = undefined;
      await interaction.persist();
    },
  };
}

async function interactionOf(
  provider: Provider,
  { request, response }: Browser,
): Promise<Interaction | undefined> {
  try {
    return await provider.interactionDetails(request, response);
  } catch (error) {
    if (error instanceof errors.SessionNotFound) return undefined;
    throw error;
  }
}

function wantsNewLogin({ prompt }: Interaction): boolean {
  return prompt.reasons.some((reason) => reason === 'login_prompt' || reason === 'max_age');
}

/** Looks up only those of the person's clients whose names are like this one's, and asks nobody outside. */
async function takenFor(
  provider: Provider,
  client: ClientDescription,
  subject: string,
  { issuer, consents }: ConsentRules,
): Promise<string | undefined> {
  const allowed = await consents.listOf({ issuer, subject });
  const alike: NamedClient[] = [];
  for (const { clientId: id, clientName: name = '' } of allowed) {
    if (id !== client.id && isAlike(client, { name }))
      alike.push({ id, name, host: (await knownClient(provider, id))?.host });
  }
  return looksLike(client, alike);
}
