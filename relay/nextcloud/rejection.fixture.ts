import { RelayError } from '../errors.ts';

/** The RelayError a promise must fail with; anything else fails the test. */
export async function rejection(promise: Promise<unknown>): Promise<RelayError> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof RelayError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

/** The same for a call that throws at once. */
export function refusal(call: () => unknown): RelayError {
  try {
    call();
  } catch (error) {
    if (error instanceof RelayError) return error;
    throw error;
  }
  throw new Error('was not refused');
}
