import { escape } from './escape.ts';

/** Text that may stand in a page as it is. */
export class Html {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

type Value = string | Html | readonly Html[];

/**
 * Markup with values in it; every value that is not markup itself is escaped. Not named `html`: the formatter would
 * rewrite what is inside, and with it the style whose hash is in the policy.
 */
export function markup(parts: TemplateStringsArray, ...values: readonly Value[]): Html {
  const text = parts.map((part, index) => {
    const value = values[index];
    return value === undefined ? part : part + textOf(value);
  });
  return new Html(text.join(''));
}

/** A name that somebody else chose: if it runs from right to left, what stands beside it does not turn round with it. */
export function foreign(name: string): Html {
  return markup`<bdi>${name}</bdi>`;
}

function textOf(value: Value): string {
  if (typeof value === 'string') return escape(value);
  return value instanceof Html ? value.text : value.map(({ text }) => text).join('');
}
