/**
 * Why an operation is no tool: the closed list for `x-excluded.reason`.
 * A reason names a property of the operation, so that it still holds in the next release.
 */
export const EXCLUSION_REASONS = {
  'server-to-server': 'Called by another server (federation, OCM, recording or signaling backends)',
  'ex-app': 'Only an app registered through AppAPI may call it',
  'bot-only': 'Signed with the secret of a chat bot',
  'push-registration': 'Registers a device or browser for push messages and needs its key',
  'page-or-asset': 'Serves a page, style sheet, script, icon or redirect for browsers',
  'credential-making': 'Creates, shows or changes a password, token or secret, or ends a login',
  'login-flow': 'A step of signing in, for people who have no session yet',
  'public-link':
    'The anonymous twin of a logged-in operation, or needs the share token of a stranger',
  deprecated: 'The document or its app calls it deprecated and names a successor',
  duplicate: 'Another operation or version of it does the same, and is the tool',
  'covered-by-dav': 'The DAV tools do the same with more detail',
  'ui-internal': 'Keeps the state of a web page (tour seen, column widths, navigation order)',
  'internal-polling': 'A background poll of the web interface; means nothing to other clients',
  'end-to-end-encryption': 'Needs the private key of an end-to-end encryption client',
  'client-specific': 'Serves one desktop or mobile client and its local state',
  'streaming-protocol': 'Part of a realtime protocol (call signaling, long polling, typing)',
  'call-media': 'Needs a running audio or video call of this very session',
  'setup-only': 'Done once when a server or app is installed or upgraded',
  'admin-danger': 'Server-wide change that may lock everyone out or run code',
  'raw-upload': 'Takes raw or chunked bytes that a tool call cannot carry well',
  'needs-browser': 'Works only within a browser session (cookies, CSRF token, consent page)',
  'no-value': 'Answers nothing that a person or model could use',
} as const;

export type ExclusionReason = keyof typeof EXCLUSION_REASONS;

export function isExclusionReason(reason: unknown): reason is ExclusionReason {
  return typeof reason === 'string' && Object.hasOwn(EXCLUSION_REASONS, reason);
}
