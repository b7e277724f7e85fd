import { RELEASES, releaseTable } from '../../openapi/index.ts';
import type { Release, ReleaseTable } from '../../openapi/index.ts';
import type { DefinedTool } from '../tools/tool.ts';
import type { AnswerLimits } from './operation-tool.ts';
import { buildRegistry } from './registry.ts';
import type { Registry } from './registry.ts';
import { select } from './select.ts';
import type { Selection } from './select.ts';
import type { Session } from './session.ts';
import { DEFAULT_TOOLSETS } from '../config/toolsets.ts';
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
  readonly presentApps: ReadonlySet<string>;
  readonly scopes: Session['scopes'];
  readonly selection: Selection;
  /** Names `tools/list` shows; the others are reached through the meta tools. */
  readonly shown: ReadonlySet<string>;
  /** Equal keys, equal views. */
  readonly key: string;
}

const EVERYTHING: ToolsetChoice = { all: true, named: new Set() };
const KEPT_VIEWS = 64;

/** The tools of every caller: registries by release, views by what decides them, both made once. */
export class Catalogue {
  readonly options: CatalogueOptions;
  readonly #registries = new Map<Release, Registry>();
  readonly #views = new Map<string, View>();

  constructor(options: CatalogueOptions) {
    this.options = options;
  }

  /** Throws RelayError when it cannot be found out which apps the user has. */
  async view(session: Session): Promise<View> {
    const presentApps = await session.nextcloud.presentApps();
    const { release } = session.nextcloud;
    const key = [release, ...[...presentApps].sort(), '|', ...scopeNames(session)].join(' ');
    let view = this.#views.get(key);
    if (view === undefined) {
      view = this.#build(release, presentApps, session, key);
      if (this.#views.size >= KEPT_VIEWS) this.#views.clear();
      this.#views.set(key, view);
    }
    return view;
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
    return new Set(
      RELEASES.flatMap((release) => this.registry(release).tools.map((tool) => tool.toolset)),
    );
  }

  #build(release: Release, presentApps: ReadonlySet<string>, session: Session, key: string): View {
    const { tools } = this.registry(release);
    const { readOnly } = this.options;
    const toolsets = this.options.toolsets ?? EVERYTHING;
    const selection = select(tools, { toolsets, readOnly, scopes: session.scopes, presentApps });
    const { scopes } = session;
    return { release, presentApps, scopes, selection, shown: this.#shown(selection), key };
  }

  #shown(selection: Selection): ReadonlySet<string> {
    if (this.options.surface === 'compact') return new Set();
    const names = [...selection.allowed.values()]
      .filter(
        (tool) => this.options.toolsets !== undefined || DEFAULT_TOOLSETS.includes(tool.toolset),
      )
      .map((tool) => tool.name);
    return new Set(names);
  }
}

function scopeNames(session: Session): readonly string[] {
  return session.scopes === 'unrestricted' ? ['*'] : [...session.scopes].sort();
}
