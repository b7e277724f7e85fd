import type { Client, Context, Provider } from 'oidc-provider';
import type { Logger } from '../../log.ts';
import type { AuditEvent, AuditLog } from '../../store/audit-log.ts';

export interface AuditEventsOptions {
  readonly issuer: string;
  readonly audit: AuditLog;
  readonly log: Logger;
}

interface Entity {
  readonly accountId?: string;
}

interface EventContext {
  readonly oidc: Partial<Pick<Context['oidc'], 'client' | 'account' | 'session' | 'params'>> & {
    readonly entities?: Readonly<Record<string, Entity | undefined>>;
  };
}

interface ProviderError {
  readonly error?: string;
  readonly error_detail?: string;
}

const REPLAYED = /already (?:used|consumed)|used before/;

/** Writes down what the authorization server does for whom; renewals of tokens are its daily bread and are left out. */
export function recordEvents(provider: Provider, options: AuditEventsOptions): void {
  const { issuer, audit, log } = options;

  function record(context: EventContext, event: Omit<AuditEvent, 'principal'>): void {
    const subject = subjectOf(context);
    const principal = subject === undefined ? undefined : { issuer, subject };
    const clientId = event.clientId ?? context.oidc.client?.clientId;
    audit.record({ ...event, principal, clientId }).catch((cause: unknown) => {
      log.error('audit entry not written', { event: event.event, cause });
    });
  }

  provider.on('registration_create.success', (context: EventContext, client: Client) => {
    const { clientId, clientName } = client;
    record(context, { event: 'client.registered', outcome: 'ok', clientId, target: clientName });
  });
  provider.on('registration_create.error', (context: EventContext, error: ProviderError) => {
    record(context, { event: 'client.registered', outcome: 'refused', target: error.error });
  });
  provider.on('authorization.success', (context: EventContext) => {
    record(context, { event: 'client.authorized', outcome: 'ok' });
  });
  provider.on('authorization.error', (context: EventContext, error: ProviderError) => {
    record(context, { event: 'client.authorized', outcome: 'refused', target: error.error });
  });
  provider.on('grant.success', (context: EventContext) => {
    if (context.oidc.params?.['grant_type'] === 'authorization_code')
      record(context, { event: 'token.issued', outcome: 'ok' });
  });
  provider.on('grant.error', (context: EventContext, error: ProviderError) => {
    const replayed = REPLAYED.test(error.error_detail ?? '');
    const target = error.error;
    record(context, {
      event: replayed ? 'token.replayed' : 'token.issued',
      outcome: 'refused',
      target,
    });
    log.info('token refused', { reason: error.error_detail ?? error.error });
  });
  provider.on('grant.revoked', (context: EventContext) => {
    record(context, { event: 'grant.revoked', outcome: 'ok' });
  });
  provider.on('server_error', (_context: EventContext, cause: unknown) => {
    log.error('authorization server failed', { cause });
  });
  // unheard, the library would print it beside the log
  provider.on('error', (cause: unknown) => {
    log.error('authorization server failed', { cause });
  });
}

function subjectOf({ oidc }: EventContext): string | undefined {
  const { entities = {} } = oidc;
  return (
    oidc.account?.accountId ??
    oidc.session?.accountId ??
    entities['RefreshToken']?.accountId ??
    entities['AuthorizationCode']?.accountId ??
    entities['Grant']?.accountId
  );
}
