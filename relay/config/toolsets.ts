/**
 * Which toolsets are in use: every one but administration, or the named ones. Administration always has to be named.
 */
export interface ToolsetChoice {
  readonly all: boolean;
  readonly named: ReadonlySet<string>;
}

/** Tools of administrators: off unless asked for by name, even with `all`. */
const ADMIN_TOOLSET = 'admin';

/** What a client sees that asked for nothing: daily work, small enough for any model. */
export const DEFAULT_TOOLSETS: readonly string[] = [
  'calendar',
  'contacts',
  'cookbook',
  'deck',
  'files',
  'notes',
  'notifications',
  'search',
  'sharing',
  'tables',
  'tasks',
  'user_status',
];

/** Tools about the caller's own sign-in: where there are any, everybody needs them. */
export const SIGN_IN_TOOLSET = 'signin';

export function inToolsets(toolset: string, choice: ToolsetChoice): boolean {
  if (toolset === SIGN_IN_TOOLSET) return true;
  return choice.named.has(toolset) || (choice.all && toolset !== ADMIN_TOOLSET);
}
