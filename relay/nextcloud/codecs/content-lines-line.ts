import {
  decodeParameterValue,
  encodeParameterValue,
  escapeText,
  foldLine,
  oneLine,
  unescapeText,
} from './content-lines-text.ts';

/** Parameter values by name, as texts: `{ TYPE: ['home', 'voice'] }`. */
export type Parameters = Readonly<Record<string, string | readonly string[]>>;

interface ParsedParameter {
  /** Upper case. */
  readonly name: string;
  /** As written, without the leading semicolon. */
  readonly raw: string;
}

/**
 * One property: `group.NAME;PARAM=value:value`. As long as nothing is changed it is written as it was read, folding
 * and line ending included; a change rewrites this line only, and of it only what changed.
 */
export class ContentLine {
  /** As read, with folds and line ending; undefined once changed. */
  #raw: string | undefined;
  readonly #lineEnd: string;
  /** `group.name` as spelled by its writer. */
  readonly #label: string;
  #parameters: ParsedParameter[];
  #value: string;

  private constructor(
    label: string,
    parameters: ParsedParameter[],
    value: string,
    lineEnd: string,
    raw?: string,
  ) {
    this.#label = label;
    this.#parameters = parameters;
    this.#value = value;
    this.#lineEnd = lineEnd;
    this.#raw = raw;
  }

  /** Reads an unfolded line; undefined when it is none (blank, no colon). `raw` is what it was unfolded from. */
  static read(unfolded: string, raw: string, lineEnd: string): ContentLine | undefined {
    const label = /^(?:[^\s;:.",=]+\.)?[^\s;:.",=]+(?=[;:])/.exec(unfolded)?.[0];
    if (label === undefined) return undefined;
    const parameters: ParsedParameter[] = [];
    let rest = unfolded.slice(label.length);
    while (rest.startsWith(';')) {
      const text = /^;((?:"[^"]*"|[^";:])*)(?=[;:])/.exec(rest)?.[1];
      if (text === undefined) return undefined;
      parameters.push(parameterFrom(text));
      rest = rest.slice(1 + text.length);
    }
    return new ContentLine(label, parameters, rest.slice(1), lineEnd, raw);
  }

  /** A new line. `value` stands as it is on the wire: escape TEXT first. Throws when anything would break the line. */
  static create(
    label: string,
    value: string,
    parameters: Parameters,
    lineEnd: string,
  ): ContentLine {
    if (!/^(?:[A-Za-z0-9-]+\.)?[A-Za-z0-9-]+$/.test(label)) {
      throw new RangeError(`Not a property name: ${label}`);
    }
    const line = new ContentLine(label, [], oneLine(value), lineEnd);
    for (const [name, values] of Object.entries(parameters)) line.setParameter(name, values);
    return line;
  }

  /** Upper case, without group. */
  get name(): string {
    return this.#label.slice(this.#label.indexOf('.') + 1).toUpperCase();
  }

  /** vCard group as spelled, e.g. `item1`. */
  get group(): string | undefined {
    const dot = this.#label.indexOf('.');
    return dot < 0 ? undefined : this.#label.slice(0, dot);
  }

  /** As on the wire, unfolded. */
  get value(): string {
    return this.#value;
  }

  set value(value: string) {
    if (value === this.#value) return;
    this.#value = oneLine(value);
    this.#raw = undefined;
  }

  /** The value read and written as TEXT. */
  get text(): string {
    return unescapeText(this.#value);
  }

  set text(text: string) {
    if (text !== this.text) this.value = escapeText(text);
  }

  /** All values of a parameter, decoded: `TYPE=a,b;TYPE=c` gives `[a, b, c]`; a bare `;HOME` has none. */
  parameter(name: string): string[] {
    return this.#parameters
      .filter((one) => one.name === name.toUpperCase() && one.raw.includes('='))
      .flatMap(({ raw }) =>
        splitParameter(raw.slice(raw.indexOf('=') + 1)).map(decodeParameterValue),
      );
  }

  /** Names of all parameters, upper case, as often as they occur. */
  get parameterNames(): string[] {
    return this.#parameters.map(({ name }) => name);
  }

  /** Sets, or with `undefined` removes, one parameter; the others stay as written. */
  setParameter(name: string, values: string | readonly string[] | undefined): void {
    if (!/^[A-Za-z0-9-]+$/.test(name)) throw new RangeError(`Not a parameter name: ${name}`);
    const upper = name.toUpperCase();
    const list = values === undefined ? [] : typeof values === 'string' ? [values] : values;
    const current = this.parameter(name);
    const present = this.#parameters.some((one) => one.name === upper);
    const same =
      current.length === list.length && current.every((one, index) => one === list[index]);
    if (values === undefined ? !present : present && same) return;
    const at = this.#parameters.findIndex((one) => one.name === upper);
    const others = this.#parameters.filter((one) => one.name !== upper);
    if (values !== undefined) {
      const raw = `${name}=${list.map(encodeParameterValue).join(',')}`;
      others.splice(at < 0 ? others.length : at, 0, { name: upper, raw });
    }
    this.#parameters = others;
    this.#raw = undefined;
  }

  /** Unfolded, without line ending. */
  get unfolded(): string {
    const parameters = this.#parameters.map(({ raw }) => `;${raw}`).join('');
    return `${this.#label}${parameters}:${this.#value}`;
  }

  /** As written to the wire. */
  toString(): string {
    return this.#raw ?? foldLine(this.unfolded, this.#lineEnd);
  }
}

function parameterFrom(raw: string): ParsedParameter {
  return { name: (raw.split('=', 1)[0] ?? raw).trim().toUpperCase(), raw };
}

/** Splits at commas outside quotes; the quotes stay. */
function splitParameter(raw: string): string[] {
  const parts: string[] = [];
  let part = '';
  let quoted = false;
  for (const char of raw) {
    if (char === '"') quoted = !quoted;
    if (char === ',' && !quoted) {
      parts.push(part);
      part = '';
    } else part += char;
  }
  return [...parts, part];
}
