/**
 * The normal form of one API operation, as `npm run generate` writes it and the relay reads it.
 * One entry is everything needed to build the request and to read the answer.
 */

/** Nextcloud major releases whose documents are stored here; other servers use the nearest lower one. */
export const RELEASES = ['32', '34'] as const;
export type Release = (typeof RELEASES)[number];

/** JSON Schema 2020-12; references point to `#/$defs/<app>.<Name>`. */
export type JsonSchema = { readonly [keyword: string]: unknown };

/** Who may call: `public` needs no login; `delegated-admin` is an admin or a group the admin delegated to. */
export type Access = 'public' | 'user' | 'delegated-admin' | 'admin' | 'ex-app';

/**
 * How the answer is wrapped. `ocs`: `{ocs:{meta,data}}` with HTTP statuses that tell the truth.
 * `ocs1`: the same envelope under OCS v1 rules, where a refusal is HTTP 200 with `meta.statuscode` ≠ 100.
 */
export type Envelope = 'none' | 'ocs' | 'ocs1';

/** How the arguments with `in: body` (and `in: file`) travel. */
export type BodyKind = 'json' | 'form' | 'multipart' | 'binary' | 'xml';

export interface Parameter {
  /**
   * `body`: one property of the body; `whole-body`: the argument is the body; `file`: a multipart part;
   * `xml`: a leaf of the XML body.
   */
  readonly in: 'path' | 'query' | 'header' | 'body' | 'whole-body' | 'file' | 'xml';
  /** Name on the wire, e.g. `shareTypes[]`. */
  readonly wire: string;
  readonly required?: true;
  readonly schema: JsonSchema;
  /**
   * A path value that may contain `/`: segments are encoded one by one. On a header: a DAV path
   * (`/files/alice/a b`), sent encoded and below the server's DAV endpoint.
   */
  readonly slashes?: true;
  /** Query objects as `filter[name]=value` (OpenAPI `style: deepObject`). */
  readonly style?: 'deepObject';
}

export interface SuccessResponse {
  /** Media types of the answer; empty when there is no body. */
  readonly mediaTypes: readonly string[];
  /** Schema of the unwrapped data; absent when the document does not say or the answer is binary. */
  readonly schema?: JsonSchema;
  /** How an XML answer is read: JSON Schema with XML Objects, see `relay/nextcloud/dav/xml-schema.ts`. */
  readonly xml?: JsonSchema;
}

export interface Operation {
  /** `<app>.<operationId>`, unique over all documents. */
  readonly key: string;
  readonly app: string;
  /** Upper-case HTTP or DAV method. */
  readonly method: string;
  /** Path template below the server root, e.g. `/ocs/v2.php/apps/x/api/{apiVersion}/y`. */
  readonly path: string;
  readonly access: Access;
  /** The user must have confirmed the password lately; `strict` wants it with this very request. */
  readonly passwordConfirmation?: 'session' | 'strict';
  readonly envelope: Envelope;
  /** Path values with a single possible value, e.g. `{apiVersion: 'v1'}`. */
  readonly constants?: Readonly<Record<string, string>>;
  readonly body?: BodyKind;
  /** How an XML body is written: JSON Schema with XML Objects, see `relay/nextcloud/dav/xml-schema.ts`. */
  readonly xml?: JsonSchema;
  /** Argument name → where it goes. Names are unique over path, query, header and body. */
  readonly parameters: Readonly<Record<string, Parameter>>;
  /** 2xx and 304 answers by status. */
  readonly responses: Readonly<Record<string, SuccessResponse>>;
  /** Documented refusals (3xx–5xx). */
  readonly errors: readonly number[];
  readonly deprecated?: true;
}

/** What a tool does to the user's data; decides the MCP annotations. */
export type Effect =
  /** reads only */
  | 'read'
  /** adds something; repeating adds it again */
  | 'add'
  /** sets a state without losing content; repeating changes nothing more (favourite, archive, assign) */
  | 'set'
  /** overwrites content that was there */
  | 'replace'
  /** removes something */
  | 'delete'
  /** triggers an action; repeating triggers it again (send, move, import) */
  | 'act';

export interface ResultShape {
  /** Key under which an array answer is listed: `{notes: [...], total}`. Default `items`. */
  readonly list?: string;
  /** Key under which a scalar answer is shown: `{id: 12}`. Default `value`. */
  readonly scalar?: string;
  /** Properties to keep of the answer (of each item of a list). */
  readonly pick?: readonly string[];
  /** Properties to leave out, at any depth. */
  readonly omit?: readonly string[];
  /** Properties, at any depth, that hold Unix seconds and are shown as ISO 8601. */
  readonly times?: readonly string[];
  /** Template of a page in Nextcloud's web interface, e.g. `/index.php/apps/notes/note/{id}`. */
  readonly url?: string;
}

/** One tool that is one operation: pure data. */
export interface OperationTool {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly toolset: string;
  readonly scopes: readonly string[];
  readonly effect: Effect;
  /** Reaches things outside this Nextcloud (mail, other servers, the web). */
  readonly openWorld?: true;
  readonly operation: string;
  readonly inputSchema: JsonSchema;
  /** Argument name as clients see it → parameter name of the operation. */
  readonly arguments: Readonly<Record<string, string>>;
  /** Parameters with a fixed value, not shown to clients. */
  readonly fixed?: Readonly<Record<string, unknown>>;
  readonly result?: ResultShape;
}

/** How the gateway finds out that an app is there for this user, without admin rights. */
export type Presence =
  { readonly always: true } | { readonly capability: string } | { readonly navigation: string };

export interface AppEntry {
  readonly app: string;
  readonly version: string;
  /** SHA-256 of the stored document. */
  readonly sha256: string;
  readonly presence: Presence;
}

/** What `openapi/generated/<release>.json` holds. */
export interface ReleaseTable {
  readonly release: Release;
  readonly apps: Readonly<Record<string, AppEntry>>;
  readonly definitions: Readonly<Record<string, JsonSchema>>;
  readonly operations: Readonly<Record<string, Operation>>;
  readonly tools: Readonly<Record<string, OperationTool>>;
}
