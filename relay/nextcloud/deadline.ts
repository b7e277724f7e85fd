/** One abort signal for a request, raised by its time limit, if it has one, or by the caller; and who raised it. */
export interface Deadline {
  readonly signal: AbortSignal;
  /** Why the signal was raised; undefined while it was not. */
  raisedBy(): 'timeout' | 'cancelled' | undefined;
  /** Forgets timer and caller; call it when the request is over. */
  clear(): void;
}

export function startDeadline(
  caller: AbortSignal | undefined,
  milliseconds: number | undefined,
): Deadline {
  const controller = new AbortController();
  let reason: 'timeout' | 'cancelled' | undefined;
  const raise = (by: 'timeout' | 'cancelled'): void => {
    reason ??= by;
    controller.abort();
  };
  const cancel = (): void => raise('cancelled');
  const timer = milliseconds === undefined ? undefined : setTimeout(raise, milliseconds, 'timeout');
  if (caller?.aborted === true) cancel();
  caller?.addEventListener('abort', cancel, { once: true });
  return {
    signal: controller.signal,
    raisedBy: () => reason,
    clear() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', cancel);
    },
  };
}
