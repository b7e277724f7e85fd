/** One line of the doctor's report. */
export interface Finding {
  readonly check: string;
  readonly status: 'ok' | 'warn' | 'fail' | 'skipped';
  readonly detail: string;
  /** What to do about it. */
  readonly hint?: string;
}

export function ok(check: string, detail: string): Finding {
  return { check, status: 'ok', detail };
}

export function warn(check: string, detail: string, hint: string): Finding {
  return { check, status: 'warn', detail, hint };
}

export function fail(check: string, detail: string, hint?: string): Finding {
  return { check, status: 'fail', detail, ...(hint === undefined ? {} : { hint }) };
}

export function skipped(check: string, detail: string): Finding {
  return { check, status: 'skipped', detail };
}
