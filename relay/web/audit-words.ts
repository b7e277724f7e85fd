import type { AuditEntryView } from './views.ts';

const EVENTS: Readonly<Record<string, string>> = {
  'access.forget': 'Access forgotten by the administrator',
  'account.revoked': 'Everything taken back',
  'client.authorized': 'App asked for access',
  'client.registered': 'App introduced itself',
  'client.revoked': 'App disconnected',
  'grant.revoked': 'Access of an app ended',
  login: 'Signed in',
  'nextcloud.connected': 'Nextcloud connected',
  'nextcloud.disconnected': 'Nextcloud disconnected',
  'offline_access.granted': 'Background access allowed',
  'offline_access.revoked': 'Background access taken back',
  'token.issued': 'App connected',
  'token.refused': 'Access refused',
  'token.replayed': 'Used access code sent again',
  'tool.called': 'Tool called',
};

const OUTCOMES: Readonly<Record<string, string>> = {
  ok: 'done',
  refused: 'refused',
  failed: 'failed',
};

/** An entry of the log in words; an event nobody wrote words for is shown by its name. */
export function auditWords({ event, outcome }: AuditEntryView): { what: string; how: string } {
  const what = Object.hasOwn(EVENTS, event) ? EVENTS[event] : undefined;
  const how = Object.hasOwn(OUTCOMES, outcome) ? OUTCOMES[outcome] : undefined;
  return { what: what ?? spelledOut(event), how: how ?? outcome };
}

function spelledOut(event: string): string {
  const text = event.replaceAll(/[._]/g, ' ');
  return text.charAt(0).toUpperCase() + text.slice(1);
}
