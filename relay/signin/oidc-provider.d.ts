/** As much of oidc-provider as is used here; the package brings no types. */
declare module 'oidc-provider' {
  import type { IncomingMessage, ServerResponse } from 'node:http';

  interface Client {
    readonly clientId: string;
    readonly clientName?: string;
    readonly redirectUris: readonly string[];
    readonly applicationType: 'web' | 'native';
    /** Present when the metadata came from a client ID metadata document. */
    readonly clientIdMetadataDocument?: true;
    grantTypeAllowed(type: string): boolean;
  }

  interface Context {
    readonly oidc: {
      readonly route: string;
      readonly params: Record<string, string | undefined>;
      readonly client: Client;
      readonly account?: { readonly accountId: string };
      readonly session?: { readonly accountId?: string };
      readonly grant?: Grant;
      readonly result?: { readonly consent?: { readonly grantId?: string } };
      readonly prompts: ReadonlySet<string>;
      readonly resourceServers: Readonly<Record<string, { readonly scopes: ReadonlySet<string> }>>;
      readonly requestParamScopes: ReadonlySet<string>;
      entity(name: string, value: unknown): void;
    };
    readonly req: IncomingMessage;
    readonly res: ServerResponse;
    /** False: the response is written elsewhere. */
    respond: boolean;
    body: unknown;
  }

  interface Interaction {
    readonly uid: string;
    prompt: {
      readonly name: string;
      readonly reasons: readonly string[];
      readonly details: Readonly<Record<string, unknown>>;
    };
    readonly params: Readonly<Record<string, string | undefined>>;
    session?: { readonly accountId: string } | undefined;
    grantId?: string | undefined;
    lastSubmission?: unknown;
    /** Epoch seconds. */
    readonly iat: number;
    /** Saves for the rest of its life. */
    persist(): Promise<unknown>;
  }

  interface AccessToken {
    resourceServer: unknown;
    scope: string;
    grantId: string;
    readonly expiration: number;
    save(): Promise<string>;
  }

  interface Grant {
    /** Undefined before it is saved. */
    readonly jti?: string;
    /** Epoch seconds. */
    readonly exp?: number;
    addOIDCScope(scope: string): void;
    addResourceScope(resource: string, scope: string): void;
    rejectResourceScope(resource: string, scope: string): void;
    save(): Promise<string>;
  }

  export class Provider {
    constructor(issuer: string, configuration: Readonly<Record<string, unknown>>);
    /** Whether `X-Forwarded-*` of the request counts. */
    proxy: boolean;
    callback(): (request: IncomingMessage, response: ServerResponse) => Promise<void>;
    on(event: string, listener: (...args: never[]) => void): void;
    use(middleware: (context: Context, next: () => Promise<void>) => Promise<void>): this;
    cookieName(type: 'session' | 'interaction' | 'resume'): string;
    registerGrantType(
      name: string,
      handler: (context: Context) => Promise<void>,
      parameters: readonly string[],
      duplicates: readonly string[],
    ): void;
    interactionDetails(request: IncomingMessage, response: ServerResponse): Promise<Interaction>;
    /** Saves the result and gives the address where the authorization goes on. */
    interactionResult(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<string>;
    interactionFinished(
      request: IncomingMessage,
      response: ServerResponse,
      result: object,
      options: { mergeWithLastSubmission: boolean },
    ): Promise<void>;
    readonly AccessToken: new (values: object) => AccessToken;
    readonly Grant: {
      new (values: object): Grant;
      find(id: string): Promise<Grant | undefined>;
    };
    readonly ResourceServer: new (identifier: string, values: object) => unknown;
    readonly Client: { find(id: string): Promise<Client | undefined> };
    readonly Session: {
      find(id: string): Promise<{ readonly accountId?: string } | undefined>;
    };
  }

  type OAuthError = new (description?: string, options?: unknown) => Error;

  export const errors: Readonly<
    Record<
      | 'AccessDenied'
      | 'InvalidClientMetadata'
      | 'InvalidGrant'
      | 'InvalidTarget'
      | 'SessionNotFound',
      OAuthError
    >
  > & {
    readonly [name: string]: OAuthError | undefined;
  };
}
