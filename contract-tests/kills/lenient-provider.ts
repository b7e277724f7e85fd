import { startIdentityProvider } from '../../relay/signin/identity-provider.fixture.ts';
import type {
  IdentityProvider,
  ProviderRows,
} from '../../relay/signin/identity-provider.fixture.ts';

/** The identity provider: it lives on while gateways die around it. */
export interface LenientProvider {
  readonly idp: IdentityProvider;
  /** How many sign-ins of a person ended in a refresh token that is still good for something. */
  standing(person: string): number;
  /** How many of all that were given out are so no more. */
  withdrawn(): number;
  /** How often a refresh token came that had been replaced before. */
  comebacks(): number;
  /** Refresh tokens and codes that it gave out. */
  readonly given: ReadonlySet<string>;
}

export interface Leniency {
  /**
   * A replaced refresh token stays good until one that came after it is used, the room that OAuth 2.1 (section 4.3.1)
   * leaves and that grants.ts counts on. False: a second use ends the consent.
   */
  readonly grace: boolean;
}

interface RefreshRow {
  readonly grantId: string;
  readonly accountId: string;
  readonly rotations: number;
}

/** oidc-provider, rotating its refresh tokens. */
export async function startLenientProvider(
  callback: string,
  { grace }: Leniency,
): Promise<LenientProvider> {
  const given = new Set<string>();
  const families = new Map<string, string>();
  /** By family, how far the tokens have come that were used. */
  const used = new Map<string, number>();
  const withdrawn = new Set<string>();
  let comebacks = 0;

  function refreshRows(rows: ProviderRows): ProviderRows {
    return {
      ...rows,
      async upsert(id, payload) {
        const { grantId, accountId } = refreshRow(payload);
        given.add(id);
        families.set(grantId, accountId);
        await rows.upsert(id, payload);
      },
      async find(id) {
        const found = await rows.find(id);
        if (found?.consumed === undefined) return found;
        const { grantId, rotations } = refreshRow(found);
        comebacks += 1;
        const { consumed: _consumed, ...unused } = found;
        return grace && (used.get(grantId) ?? 0) <= rotations ? unused : found;
      },
      async consume(id) {
        const row = await rows.find(id);
        if (row !== undefined) used.set(refreshRow(row).grantId, refreshRow(row).rotations);
        await rows.consume(id);
      },
      async revokeByGrantId(grantId) {
        withdrawn.add(grantId);
        await rows.revokeByGrantId(grantId);
      },
    };
  }

  const idp = await startIdentityProvider(callback, (model, rows) => {
    if (model === 'RefreshToken') return refreshRows(rows);
    if (model !== 'AuthorizationCode') return rows;
    return {
      ...rows,
      upsert(id, payload) {
        given.add(id);
        return rows.upsert(id, payload);
      },
    };
  });
  return {
    idp,
    standing: (person) =>
      [...families].filter(([grantId, one]) => one === person && !withdrawn.has(grantId)).length,
    withdrawn: () => [...families.keys()].filter((grantId) => withdrawn.has(grantId)).length,
    comebacks: () => comebacks,
    given,
  };
}

function refreshRow(payload: Readonly<Record<string, unknown>>): RefreshRow {
  const { grantId, accountId, rotations } = payload;
  return {
    grantId: String(grantId),
    accountId: String(accountId),
    rotations: typeof rotations === 'number' ? rotations : 0,
  };
}
