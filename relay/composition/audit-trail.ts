import type { Logger } from '../log.ts';
import type { Session } from '../mcp/session.ts';
import type { AuditLog, AuditOutcome } from '../store/audit-log.ts';

/** Writes who called what, without holding up the call. */
export interface AuditTrail {
  toolCalled(session: Session, tool: string, outcome: AuditOutcome): void;
  /** Resolves when everything so far is written. */
  settled(): Promise<void>;
}

export function auditTrail(audit: AuditLog, log: Logger): AuditTrail {
  return {
    toolCalled({ principal, correlationId }, tool, outcome) {
      const { clientId } = principal ?? {};
      const entry = {
        event: 'tool.called',
        outcome,
        principal,
        clientId,
        target: tool,
        correlationId,
      };
      audit.recordSoon(entry).catch((cause: unknown) => {
        log.error('the audit log could not be written', { tool, outcome, correlationId, cause });
      });
    },
    settled: () => audit.settled(),
  };
}
