/** One thing wrong with the configuration, and what to do about it. */
export interface Problem {
  readonly setting: string;
  readonly message: string;
  readonly hint?: string;
}

/** Every problem of a configuration at once: fixing them one start at a time is what nobody wants. */
export class ConfigurationError extends Error {
  override readonly name = 'ConfigurationError';
  readonly problems: readonly Problem[];

  constructor(problems: readonly Problem[]) {
    const lines = problems.map(({ setting, message, hint }) => {
      return `  ${setting}: ${message}${hint === undefined ? '' : `\n    → ${hint}`}`;
    });
    super(
      `The configuration has ${problems.length === 1 ? 'a problem' : `${String(problems.length)} problems`}:\n${lines.join('\n')}`,
    );
    this.problems = problems;
  }
}
