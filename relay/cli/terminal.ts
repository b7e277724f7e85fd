/** What a command may touch of the world; `main.ts` makes the real one, tests their own. */
export interface Terminal {
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Text of the `.env` file of the working directory. */
  readonly dotenv: string | undefined;
  readFile(path: string): string;
  /** Answers of a command. */
  out(text: string): void;
  /** Everything else. */
  err(text: string): void;
  /** Resolves when the process is asked to end (SIGINT, SIGTERM). */
  readonly ended: Promise<void>;
  readonly columns: number;
}
