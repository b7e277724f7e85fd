/** As much of oidc-provider as is used here; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Client {
    readonly clientId: string;
    grantTypeAllowed(type: string): boolean;
  }

  interface Context {
    readonly oidc: {
      readonly params: Readonly<Record<string, string | undefined>>;
      readonly client: Client;
      entity(name: string, value: unknown): void;
    };
    body: unknown;
  }

  interface Interaction {
    readonly uid: string;
    readonly prompt: { readonly name: string; readonly details: Readonly<Record<string, unknown>> };
    readonly params: Readonly<Record<string, string | undefined>>;
    readonly session?: { readonly accountId: string };
    readonly grantId?: string;
  }

  interface AccessToken {
    resourceServer: unknown;
    scope: string;
    grantId: string;
    readonly expiration: number;
    save(): Promise<string>;
  }

  interface Grant {
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    on(event: string, listener: (...args: unknown[]) => void): void;
    registerGrantType(
      name: string,
      handler: (context: Context) => Promise<void>,
      parameters: readonly string[],
      duplicates: readonly string[],
    ): void;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<void>;
    readonly AccessToken: new (values: object) => AccessToken;
    readonly Grant: new (values: object) => Grant;
    readonly ResourceServer: new (identifier: string, values: object) => unknown;
    readonly Client: { find(id: string): Promise<Client | undefined> };
  }

  export const errors: Readonly<Record<string, new (description?: string) => Error>>;
}
