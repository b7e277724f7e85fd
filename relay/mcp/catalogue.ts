import { operationToolsets, releaseTable } from '../../openapi/index.ts';
import type { Release, ReleaseTable } from '../../openapi/index.ts';
import type { DefinedTool, Tool } from '../tools/tool.ts';
import type { AnswerLimits } from './operation-tool.ts';
import { buildRegistry } from './registry.ts';
import type { Registry } from './registry.ts';
import { select } from './select.ts';
import type { Selection } from './select.ts';
import type { Session } from './session.ts';
import { RelayError } from '../errors.ts';
import { DEFAULT_TOOLSETS, SIGN_IN_TOOLSET } from '../config/toolsets.ts';
import type { ToolsetChoice } from '../config/toolsets.ts';

export interface CatalogueOptions {
  readonly composed: readonly DefinedTool[];
  readonly limits: AnswerLimits;
  /** Undefined when nobody chose: the daily toolsets are listed, the others can be found and called. */
  readonly toolsets: ToolsetChoice | undefined;
  readonly readOnly: boolean;
  /** `compact` lists the meta tools only. */
  readonly surface: 'full' | 'compact';
  /** Where the tables come from; the stored ones unless a test brings its own. */
  readonly tables?: (release: Release) => ReleaseTable;
}

/** What one caller has on one server. */
export interface View {
  readonly release: Release;
  /** Undefined when the person has not connected their Nextcloud yet. */
  readonly presentApps: ReadonlySet<string> | undefined;
  /** Why not; thrown by what needs Nextcloud. */
  readonly notConnected: RelayError | undefined;
  readonly scopes: Session['scopes'];
  readonly selection: Selection;
  /** What may be shown, by name: the allowed ones, and before the connection those that it may bring. */
  readonly listable: ReadonlyMap<string, Tool>;
  /** Names `tools/list` shows; the others are reached through the meta tools. */
  readonly shown: ReadonlySet<string>;
  /** Equal keys, equal views. */
  readonly key: string;
}

/** Toolsets when nobody chose. */
export const EVERYTHING: ToolsetChoice = { all: true, named: new Set() };
const KEPT_VIEWS = 64;

/** The tools of every caller: registries by release, views by what decides them, both made once. */
export class Catalogue {
  readonly options: CatalogueOptions;
  readonly #registries = new Map<Release, Registry>();
  readonly #views = new Map<string, View>();
  readonly #names = new WeakMap<ReadonlySet<string>, string>();

  constructor(options: CatalogueOptions) {
    this.options = options;
  }

  /**
   * Before a person has connected their Nextcloud, tools are listed by scope alone and none that needs it can be
   * called. Throws RelayError when it cannot be found out which apps the user has.
   */
  async view(session: Session): Promise<View> {
    const apps = await appsOf(session);
    const { release } = session.nextcloud;
    const known = apps instanceof RelayError ? `? ${apps.message}` : this.#namesOf(apps);
    const key = [release, known, readOnlyMark(session), ...scopeNames(session)].join(' ');
    let view = this.#views.get(key);
    if (view === undefined) {
      view = this.#build(release, apps, session, key);
      if (this.#views.size >= KEPT_VIEWS) this.#views.clear();
      this.#views.set(key, view);
    }
    return view;
  }

  /** The set is the same one while nothing changes, so its names are put together once. */
  #namesOf(apps: ReadonlySet<string>): string {
    let names = this.#names.get(apps);
    if (names === undefined) {
      names = [...apps].sort().join(' ');
      this.#names.set(apps, names);
    }
    return names;
  }

  registry(release: Release): Registry {
    let registry = this.#registries.get(release);
    if (registry === undefined) {
      const table = (this.options.tables ?? releaseTable)(release);
      registry = buildRegistry(table, this.options.composed, this.options.limits);
      this.#registries.set(release, registry);
    }
    return registry;
  }

  /** Toolsets that exist in any stored release. */
  toolsets(): ReadonlySet<string> {
    const { composed } = this.options;
    return new Set([...operationToolsets(), ...composed.map((tool) => tool.toolset)]);
  }

  #build(
    release: Release,
    apps: ReadonlySet<string> | RelayError,
    session: Session,
    key: string,
  ): View {
    const { tools } = this.registry(release);
    const readOnly = this.options.readOnly || session.readOnly === true;
    const { scopes } = session;
    const toolsets = this.options.toolsets ?? EVERYTHING;
    const presentApps = apps instanceof RelayError ? undefined : apps;
    const selection = select(tools, { toolsets, readOnly, scopes, presentApps });
    const every = new Set(tools.flatMap(({ app }) => (app === undefined ? [] : [app])));
    const listable =
      presentApps === undefined
        ? select(tools, { toolsets, readOnly, scopes, presentApps: every }).allowed
        : selection.allowed;
    const notConnected = apps instanceof RelayError ? apps : undefined;
    const shown = this.#shown(listable);
    return { release, presentApps, notConnected, scopes, selection, listable, shown, key };
  }

  #shown(listable: View['listable']): ReadonlySet<string> {
    if (this.options.surface === 'compact') return new Set();
    const names = [...listable.values()]
      .filter(
        ({ toolset }) =>
          this.options.toolsets !== undefined ||
          toolset === SIGN_IN_TOOLSET ||
          DEFAULT_TOOLSETS.includes(toolset),
      )
      .map((tool) => tool.name);
    return new Set(names);
  }
}

/** The apps, or the error that asks for a sign-in. */
async function appsOf({ nextcloud }: Session): Promise<ReadonlySet<string> | RelayError> {
  try {
    return await nextcloud.presentApps();
  } catch (thrown) {
    if (thrown instanceof RelayError && thrown.code === 'sign_in_required') return thrown;
    throw thrown;
  }
}

function readOnlyMark({ readOnly = false }: Session): string {
  return readOnly ? '| read-only |' : '|';
}

function scopeNames(session: Session): readonly string[] {
  return session.scopes === 'unrestricted' ? ['*'] : [...session.scopes].sort();
}
