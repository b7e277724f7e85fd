/** What somebody needs a login for. */
export interface LoginRequest {
  /** The person wants another account than before. */
  readonly another?: boolean;
  /** Path on this gateway that the browser goes to afterwards; one of a closed set. */
  readonly returnTo: string;
  /** The MCP client that asked; its name is its own claim. */
  readonly client?: { readonly name: string; readonly host: string };
  /** Path that a form posts to when the person does not want to; one of a closed set. */
  readonly cancelTo?: string;
}

/** Where to send a browser whose person has to log in. */
export interface Logins {
  /** @throws Error for a path that is not in the set: that is a mistake of ours, never of a browser */
  url(request: LoginRequest): Promise<string>;
}

/** Where somebody who came by themselves goes. */
export const OWN_PAGE = '/user/page';

const RETURNS = [
  /^\/user\/page$/,
  /^\/tools(?:\/[a-z0-9_]{1,64})?$/,
  /^\/oauth\/interaction\/[\w-]{1,80}$/,
];
const CANCELS = [/^\/oauth\/interaction\/[\w-]{1,80}\/cancel$/];
const LONGEST_NAME = 60;

/** A closed set of paths, not a check of what looks like one of ours: there is nothing to get round. */
export function checkedRequest(request: LoginRequest): LoginRequest {
  const { returnTo, client, cancelTo } = request;
  const fits = isOneOf(RETURNS, returnTo) && (cancelTo === undefined || isOneOf(CANCELS, cancelTo));
  if (!fits) throw new Error('A login does not lead there.');
  return client === undefined
    ? request
    : { ...request, client: { ...client, name: readable(client.name) } };
}

function isOneOf(patterns: readonly RegExp[], path: string): boolean {
  return patterns.some((pattern) => pattern.test(path));
}

/** Without characters that hide or turn around what follows them. */
function readable(name: string): string {
  return name
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, LONGEST_NAME);
}
