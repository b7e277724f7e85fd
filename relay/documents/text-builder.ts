/** Collects text with blank lines between blocks, up to a number of characters. */
export class TextBuilder {
  readonly #limit: number;
  #parts: string[] = [];
  #length = 0;
  #truncated = false;

  constructor(limit: number) {
    this.#limit = limit;
  }

  get full(): boolean {
    return this.#truncated;
  }

  /** A paragraph, a heading, a row; empty ones are left out. */
  block(text: string, separator = '\n\n'): void {
    const trimmed = text.replace(/[ \t]+$/gm, '').replace(/^\n+|\s+$/g, '');
    if (trimmed === '' || this.#truncated) return;
    const piece = this.#parts.length === 0 ? trimmed : separator + trimmed;
    const room = this.#limit - this.#length;
    if (piece.length > room) {
      this.#truncated = true;
      this.#parts.push(piece.slice(0, room));
      this.#length = this.#limit;
      return;
    }
    this.#parts.push(piece);
    this.#length += piece.length;
  }

  /** A line right below the one before. */
  line(text: string): void {
    this.block(text, '\n');
  }

  text(): string {
    const text = this.#parts.join('');
    // never half of a character
    return text.isWellFormed() ? text : text.slice(0, -1);
  }
}

/** A row of a table as a line of Markdown. */
export function tableRow(cells: readonly string[]): string {
  const plain = cells.map((cell) =>
    cell
      .trim()
      .replace(/\s*\n\s*/g, ' ')
      .replaceAll('|', '\\|'),
  );
  return `| ${plain.join(' | ')} |`;
}
