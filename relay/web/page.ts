import type { Html } from './markup.ts';

/** What a browser is to show; `sendPage` sends it. */
export interface Page {
  readonly title: string;
  /** The title where it is read, when it holds a name. */
  readonly heading?: Html;
  /** Made by `markup`, so everything in it is escaped. The layout puts the title above it. */
  readonly body: Html;
  /** Seconds after which a browser without script asks again; with `script`, the script sees to that. */
  readonly refresh?: number;
  readonly status?: number;
  /** The page comes with the one script. It works without it, too. */
  readonly script?: boolean;
  /**
   * Where an answer to one of its forms may lead, besides this gateway: redirect addresses or origins. Browsers check
   * `form-action` against every redirect that follows a form.
   */
  readonly formTargets?: readonly string[];
  /** `wide`: room for lists beside each other; `middle`: for tables. Narrow, good for reading, unless told. */
  readonly width?: 'middle' | 'wide';
  /** Shows the links to the other sections. Absent where somebody is on a way that they should not leave. */
  readonly section?: Section;
}

export type Section = 'start' | 'tools' | 'account';
