import type { AppEntry } from '../../openapi/index.ts';
import { askOcs } from './ask-ocs.ts';
import type { Exchange } from './exchange.ts';
import type { Capabilities } from './nextcloud.ts';

/** What is known of the apps a user has. */
export interface AppEvidence {
  readonly capabilities: Capabilities['capabilities'];
  /** Ids in the user's app menu. */
  readonly navigation: ReadonlySet<string>;
}

/** Ids of the user's app menu; any user may ask. */
export async function askNavigation(exchange: Exchange): Promise<ReadonlySet<string>> {
  const entries = await askOcs(exchange, '/ocs/v2.php/core/navigation/apps');
  const ids = new Set<string>();
  for (const entry of Array.isArray(entries) ? (entries as unknown[]) : []) {
    const { id, app } = (entry ?? {}) as { id?: unknown; app?: unknown };
    if (typeof id === 'string') ids.add(id);
    if (typeof app === 'string') ids.add(app);
  }
  return ids;
}

type Apps = Readonly<Record<string, AppEntry>>;

interface Conclusion {
  readonly apps: Apps;
  readonly navigation: ReadonlySet<string>;
  readonly present: ReadonlySet<string>;
}

/** Every call asks, and the evidence changes once a minute. */
const conclusions = new WeakMap<object, Conclusion>();

/** Keys of `apps` that are there, by the evidence; the same set for the same evidence. */
export function presentAmong(apps: Apps, evidence: AppEvidence): ReadonlySet<string> {
  const { capabilities, navigation } = evidence;
  const known = conclusions.get(capabilities);
  if (known?.apps === apps && known.navigation === navigation) return known.present;
  const entries = Object.entries(apps).filter(([, entry]) => isPresent(entry, evidence));
  const present = new Set(entries.map(([key]) => key));
  conclusions.set(capabilities, { apps, navigation, present });
  return present;
}

function isPresent({ presence }: AppEntry, { capabilities, navigation }: AppEvidence): boolean {
  if ('capability' in presence) return hasCapability(capabilities, presence.capability);
  if ('navigation' in presence) return navigation.has(presence.navigation);
  return true;
}

/** A capability is a key, or a path of keys: `client_integration.contacts`. */
function hasCapability(capabilities: AppEvidence['capabilities'], path: string): boolean {
  let value: unknown = capabilities;
  for (const key of path.split('.')) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return false;
    value = (value as Record<string, unknown>)[key];
  }
  return true;
}
