import { RelayError } from '../../errors.ts';

/**
 * Parses a JSON answer. Integers that a JavaScript number cannot hold exactly become strings: they are ids (Nextcloud
 * 34 has 64-bit ones), and a rounded id is another thing's id. An empty body is `null`.
 *
 * @throws RelayError `upstream_error` when the text is no JSON
 */
export function parseJson(bytes: Uint8Array): unknown {
  const text = new TextDecoder().decode(bytes);
  if (text.trim() === '') return null;
  try {
    // the reviver costs several times the parsing, so it runs only where a long run of digits stands
    return /\d{16}/.test(text) ? JSON.parse(text, exactIntegers) : JSON.parse(text);
  } catch {
    throw notJson(text);
  }
}

// The third argument is there in Node, but not yet in TypeScript's library for ES2023.
function exactIntegers(
  this: unknown,
  _key: string,
  value: unknown,
  context?: { source?: string },
): unknown {
  const source = context?.source;
  const inexact = typeof value === 'number' && !Number.isSafeInteger(value);
  return inexact && source !== undefined && /^-?\d+$/.test(source) ? source : value;
}

export function looksLikeHtml(text: string): boolean {
  return /^\s*(<!doctype html|<html|<head|<body)/i.test(text);
}

function notJson(text: string): RelayError {
  if (looksLikeHtml(text)) {
    return new RelayError('upstream_error', 'Nextcloud answered with a web page instead of data.', {
      hint: 'Check that the configured address is the root of Nextcloud, and that no login page or proxy stands in front of it.',
    });
  }
  return new RelayError('upstream_error', 'Nextcloud answered with something that is not JSON.', {
    hint: 'An app on the server may be printing warnings into its answers; its log tells more.',
  });
}
