import { run } from './program.ts';

export interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs one command line as `main.ts` does, with nothing but this environment. */
export async function ranWith(
  environment: Readonly<Record<string, string>>,
  words: readonly string[],
): Promise<Ran> {
  let [out, err] = ['', ''];
  const code = await run(words, {
    environment,
    dotenv: undefined,
    readFile: () => '',
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    ended: Promise.resolve(),
    columns: 100,
  });
  return { code, out, err };
}
