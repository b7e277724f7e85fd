import type { IncomingMessage, ServerResponse } from 'node:http';
import { Provider } from 'oidc-provider';
import type { Context } from 'oidc-provider';
import { providerConfiguration } from './provider-configuration.ts';
import type { ProviderFacts } from './provider-configuration.ts';

/** The library with one set of keys. */
export interface ProviderWithKeys {
  readonly version: string;
  readonly provider: Provider;
  readonly answer: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
}

export function providerWithKeys(issuer: string, facts: ProviderFacts): ProviderWithKeys {
  const provider: Provider = new Provider(
    issuer,
    providerConfiguration(facts, () => provider),
  );
  provider.proxy = true; // the request is pinned before
  provider.use(async (context, next) => {
    await next();
    // a method that the library has no route for has no `oidc` either
    const { oidc } = context as Partial<Context>;
    if (oidc?.route === 'discovery') context.body = described(context, facts);
  });
  return { version: facts.keys.version, provider, answer: provider.callback() };
}

/** What the library would say of itself, corrected to what is really offered here. */
function described(context: Context, { rules }: Pick<ProviderFacts, 'rules'>): object {
  return {
    ...(context.body as object),
    scopes_supported: ['openid', ...rules.scopes],
    response_modes_supported: ['query'],
    grant_types_supported: ['authorization_code', 'refresh_token'],
  };
}
