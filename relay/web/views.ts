import type {
  AccountAuditEntry,
  AccountOverview,
  ClientFacts,
  ConnectedClient,
  KeptAccess,
} from '../signin/account-overview.ts';
import type { Html } from './markup.ts';

/** What the pages show: plain values, escaped by the pages themselves. Times are epoch seconds. */

export type ClientView = ClientFacts;
export type ConnectedClientView = ConnectedClient;
export type KeptAccessView = KeptAccess;
export type AuditEntryView = AccountAuditEntry;
export type AccountView = AccountOverview;

/** A button that posts back, with the token of the browser's session. */
export interface FormView {
  readonly action: string;
  readonly csrf: string;
}

export interface SignInView {
  /** Host of the Nextcloud that will ask for the password. */
  readonly nextcloud: string;
  /** Absent when the person came by themselves, to their account page. */
  readonly client?: Pick<ClientView, 'name' | 'host'> | undefined;
  readonly way:
    | {
        /** Nextcloud's login opens beside this page and is compared by its code (Login Flow v2). */
        readonly kind: 'window';
        readonly loginUrl: string;
        readonly code: string;
        /** Asked by the script for `{ "done": boolean }`; without script the page asks for itself again. */
        readonly statusPath: string;
      }
    | {
        /** The login answers in the same tab (core `oauth2` app, or an identity provider). */
        readonly kind: 'redirect';
        readonly form: FormView;
        /** Where the form leads. */
        readonly target: string;
        /** Who asks for the password, when it is not Nextcloud. */
        readonly provider?: string | undefined;
      };
  readonly cancel?: FormView | undefined;
  /** What happened before, e.g. that another account logged in. */
  readonly notice?: string | undefined;
}

export interface ScopeView {
  readonly scope: string;
  readonly checked: boolean;
}

export interface ConsentView {
  readonly client: ClientView;
  readonly account: { readonly userId: string; readonly displayName?: string | undefined };
  readonly nextcloud: string;
  /** What is asked for now. Words and grouping are the page's affair. */
  readonly asked: readonly ScopeView[];
  /** Allowed earlier; stays. */
  readonly already: readonly string[];
  /** Known clients whose name looks like this one's. */
  readonly looksLike?: string | undefined;
  /** Field `scope`, once per ticked box. */
  readonly allow: FormView;
  readonly cancel: FormView;
  readonly otherAccount: FormView;
}

export interface MessageView {
  readonly status: number;
  readonly title: string;
  /** The title where it is read, when it holds a name. */
  readonly heading?: Html;
  readonly text: string | Html;
  /** What to do now. */
  readonly advice?: string | undefined;
  readonly link?: { readonly href: string; readonly text: string } | undefined;
}
