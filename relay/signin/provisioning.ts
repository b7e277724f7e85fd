import type { Principal } from '../access/principal.ts';
import type { AppPasswords } from '../store/app-passwords.ts';
import type { Grants } from '../store/grants.ts';
import type { Principal as Person } from '../store/principal.ts';
import type { NextcloudConnection } from './nextcloud-connection.ts';
import type { OfflineAccess } from './offline-access.ts';

/** What a person has allowed the gateway to keep. Times are ISO 8601. */
export type ProvisioningStatus =
  | { readonly isProvisioned: false }
  | {
      readonly isProvisioned: true;
      /** `login_flow`: an app password; `offline_access`: a refresh token for work in the background. */
      readonly flowType: 'login_flow' | 'offline_access';
      readonly provisionedAt: string;
      readonly clientId?: string;
      readonly scopes?: readonly string[];
    };

interface Revoked {
  /** There was something to take back. */
  readonly removed: boolean;
  /** It is worthless at Nextcloud or the identity provider too. */
  readonly everywhere: boolean;
}

/** What the sign-in tools work with; the person is always the one of the verified token. */
export interface Provisioning {
  status(principal: Principal): Promise<ProvisioningStatus>;
  /** A link to allow it; undefined where this gateway keeps nothing (exchange without offline access). */
  link(principal: Principal): Promise<string | undefined>;
  revoke(person: Person): Promise<Revoked>;
}

/** For deployments where Nextcloud itself is logged in to (Login Flow v2). */
export function loginFlowProvisioning(
  appPasswords: AppPasswords,
  connection: NextcloudConnection,
): Provisioning {
  return {
    async status(principal) {
      const stored = await appPasswords.find(principal);
      if (stored === undefined || stored.deadAt !== undefined) return { isProvisioned: false };
      const { createdAt, scopes } = stored;
      return {
        isProvisioned: true,
        flowType: 'login_flow',
        provisionedAt: isoTime(createdAt),
        ...(scopes === null ? {} : { scopes }),
      };
    },
    link: (principal) => connection.link(principal),
    async revoke(principal) {
      const { removed, withdrawn } = await connection.disconnect(principal);
      return { removed, everywhere: withdrawn };
    },
  };
}

/** For deployments with token exchange: only work in the background needs something kept (Flow 2). */
export function offlineProvisioning(
  grants: Grants,
  offline: OfflineAccess | undefined,
): Provisioning {
  return {
    async status(principal) {
      const grant = await grants.find(principal);
      if (grant === undefined || grant.refusedAt !== undefined) return { isProvisioned: false };
      const { createdAt, clientId, scopes } = grant;
      return {
        isProvisioned: true,
        flowType: 'offline_access',
        provisionedAt: isoTime(createdAt),
        clientId,
        scopes,
      };
    },
    async link(principal) {
      return offline?.link(principal, principal.clientId);
    },
    async revoke(principal) {
      if (offline === undefined) {
        return { removed: (await grants.remove(principal)) !== undefined, everywhere: false };
      }
      const { removed, revokedAtProvider } = await offline.revoke(principal);
      return { removed, everywhere: revokedAtProvider };
    },
  };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString();
}
