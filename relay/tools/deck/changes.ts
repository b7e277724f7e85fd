import { RelayError } from '../../errors.ts';

export function nothingToChange(...fields: readonly string[]): RelayError {
  return new RelayError('invalid_argument', 'Nothing to change was given.', {
    hint: `Give at least one of ${fields.join(', ')}.`,
  });
}
