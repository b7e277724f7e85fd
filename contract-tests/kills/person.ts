import type { IdentityProvider } from '../../relay/signin/identity-provider.fixture.ts';
import type { GatewayProcess } from './doomed.ts';

/** What a person has in hand during Flow 2; more of it with each step that was answered. */
export interface Visit {
  readonly person: string;
  /** From the link that the tool gave. */
  state?: string;
  /** Where the gateway sent the browser, and the cookie it got. */
  begun?: { readonly url: string; readonly browser: string };
  /** Where the provider sent the browser. */
  callback?: string;
}

/** `no answer`: the gateway died of it. */
export type Ending = 'granted' | 'refused' | 'no answer';

/** Goes on from where a visit is, to its end: what a person does, or does again after an error page. */
export async function goOn(
  gateway: GatewayProcess,
  idp: IdentityProvider,
  visit: Visit,
): Promise<Ending> {
  const { person } = visit;
  if (visit.state === undefined) {
    const link = await gateway.ask({ name: 'link', person });
    if (link === undefined) return 'no answer';
    visit.state = new URL(String(link.value)).searchParams.get('state') ?? '';
  }
  if (visit.begun === undefined) {
    const begun = await gateway.ask({ name: 'begin', state: visit.state });
    if (begun === undefined) return 'no answer';
    if (begun.value === undefined) return 'refused';
    visit.begun = begun.value as Exclude<Visit['begun'], undefined>;
  }
  if (visit.callback === undefined) {
    idp.signedInAs = person;
    visit.callback = (await idp.browse(visit.begun.url)).search;
  }
  const { browser } = visit.begun;
  const outcome = await gateway.ask({ name: 'callback', query: visit.callback, browser });
  if (outcome === undefined) return 'no answer';
  return (outcome.value as { kind: Ending }).kind;
}
