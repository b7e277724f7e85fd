import { ContentLine } from './content-lines-line.ts';
import type { Parameters } from './content-lines-line.ts';
import { escapeText } from './content-lines-text.ts';

export { ContentLine } from './content-lines-line.ts';
export type { Parameters } from './content-lines-line.ts';
export { escapeText, splitValue, unescapeText } from './content-lines-text.ts';

/** What cannot be read as a property (blank lines, damage): kept as it is, in its place. */
interface Opaque {
  readonly raw: string;
}

type Part = ContentLine | Component | Opaque;

/**
 * A component (`BEGIN:VEVENT` … `END:VEVENT`) or, with an empty name, a whole file of RFC 5545 or RFC 6350. Editing
 * it leaves every line that was not touched byte-identical and in its place: properties of other clients, order,
 * folding, spelling and line endings survive.
 */
export class Component {
  /** Upper case; empty for the file itself. */
  readonly name: string;
  /** `\r\n`, or `\n` where the writer of the file used that. */
  readonly lineEnd: string;
  readonly #begin: string;
  #end: string;
  #parts: Part[] = [];

  private constructor(name: string, lineEnd: string, begin: string, end: string) {
    this.name = name;
    this.lineEnd = lineEnd;
    this.#begin = begin;
    this.#end = end;
  }

  /** A new, empty component. */
  static create(name: string, lineEnd = '\r\n'): Component {
    if (!/^[A-Za-z0-9-]+$/.test(name)) throw new RangeError(`Not a component name: ${name}`);
    const [begin, end] = [`BEGIN:${name}${lineEnd}`, `END:${name}${lineEnd}`];
    return new Component(name.toUpperCase(), lineEnd, begin, end);
  }

  /** Reads a file. Never fails: what cannot be read is kept; a component that never ends runs to its parent's end. */
  static parse(text: string): Component {
    const lineEnd = /\r?\n/.exec(text)?.[0] ?? '\r\n';
    const root = new Component('', lineEnd, '', '');
    const open: Component[] = [root];
    for (const raw of text.match(/[^\n]*(?:\n[ \t][^\n]*)*(?:\n|$)/g) ?? []) {
      if (raw !== '') Component.#read(raw, lineEnd, open);
    }
    return root;
  }

  /** Properties of this component itself (not of those inside it), all or of one name. */
  lines(name?: string): ContentLine[] {
    const upper = name?.toUpperCase();
    return this.#parts.filter(
      (part): part is ContentLine =>
        part instanceof ContentLine && (upper === undefined || part.name === upper),
    );
  }

  first(name: string): ContentLine | undefined {
    return this.lines(name)[0];
  }

  /** The first property of a name read as TEXT; undefined when there is none. */
  text(name: string): string | undefined {
    return this.first(name)?.text;
  }

  /** Components directly inside, all or of one name. */
  components(name?: string): Component[] {
    const upper = name?.toUpperCase();
    return this.#parts.filter(
      (part): part is Component =>
        part instanceof Component && (upper === undefined || part.name === upper),
    );
  }

  /**
   * Gives the first property of a name another value (as on the wire), adds it when there is none. Group, spelling
   * and parameters stay; with `parameters` those named are set, and with `undefined` values removed.
   */
  set(
    name: string,
    value: string,
    parameters: Readonly<Record<string, string | readonly string[] | undefined>> = {},
  ): ContentLine {
    const line = this.first(name) ?? this.add(name, value);
    line.value = value;
    for (const [parameter, values] of Object.entries(parameters))
      line.setParameter(parameter, values);
    return line;
  }

  /** `set` for TEXT; an empty text removes the property. */
  setText(name: string, text: string): void {
    if (text === '') this.remove(name);
    else if (this.text(name) !== text) this.set(name, escapeText(text));
  }

  /** Adds a property (`NAME` or `group.NAME`) after the last one of that name, else after the last property. */
  add(label: string, value: string, parameters: Parameters = {}): ContentLine {
    const line = ContentLine.create(label, value, parameters, this.lineEnd);
    const own = this.lines();
    const previous = own.findLast((one) => one.name === line.name) ?? own.at(-1);
    this.#parts.splice(previous === undefined ? 0 : this.#parts.indexOf(previous) + 1, 0, line);
    return line;
  }

  /** Takes out properties by name, or one line or component. */
  remove(what: string | ContentLine | Component): void {
    const gone = typeof what === 'string' ? new Set<Part>(this.lines(what)) : new Set<Part>([what]);
    this.#parts = this.#parts.filter((part) => !gone.has(part));
  }

  /** Puts a component in: before the first component of the given name, else after everything. */
  insert(component: Component, before?: string): void {
    const first = before === undefined ? undefined : this.components(before)[0];
    const at = first === undefined ? this.#parts.length : this.#parts.indexOf(first);
    this.#parts.splice(at, 0, component);
  }

  /** A deep copy that shares nothing. */
  copy(): Component {
    const [copy] = Component.parse(this.toString()).components();
    return copy ?? Component.parse(this.toString());
  }

  toString(): string {
    const texts = [
      this.#begin,
      ...this.#parts.map((part) => ('raw' in part ? part.raw : part.toString())),
      this.#end,
    ].filter((text) => text !== '');
    // the last line of a file may lack its ending; one that is no longer last must not
    return texts
      .map((text, index) =>
        index < texts.length - 1 && !text.endsWith('\n') ? text + this.lineEnd : text,
      )
      .join('');
  }

  /** Puts one physical line (with its folds) into the innermost open component. */
  static #read(raw: string, lineEnd: string, open: Component[]): void {
    const parent = open.at(-1);
    if (parent === undefined) return;
    const unfolded = raw
      .replace(/\r?\n[ \t]/g, '')
      .replace(/\r?\n$/, '')
      .replace(/^\uFEFF/, '');
    const boundary = /^(BEGIN|END):\s*([A-Za-z0-9-]+)\s*$/i.exec(unfolded);
    const name = boundary?.[2]?.toUpperCase() ?? '';
    if (boundary?.[1]?.toUpperCase() === 'BEGIN') {
      const component = new Component(name, lineEnd, raw, '');
      parent.#parts.push(component);
      open.push(component);
      return;
    }
    const at = boundary === null ? -1 : open.findLastIndex((one) => one.name === name);
    const ended = open[at];
    if (ended === undefined) {
      parent.#parts.push(ContentLine.read(unfolded, raw, lineEnd) ?? { raw });
      return;
    }
    ended.#end = raw;
    open.length = at;
  }
}
