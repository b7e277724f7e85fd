import { DocumentError } from './document.ts';

/** A wrong call of a command. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/**
 * Runs a command line and sets the exit code: what `run` returns, 1 for a told mistake, 2 for a wrong call.
 * Only an unexpected failure shows a stack.
 */
export async function runCommand(
  help: string,
  run: (args: string[]) => number | Promise<number>,
): Promise<void> {
  const args = process.argv.slice(2);
  process.stdout.on('error', stopWithReader);
  if (args.includes('--help') || args.includes('-h')) {
    process.stdout.write(`${help.trim()}\n`);
    return;
  }
  try {
    process.exitCode = await run(args);
  } catch (error) {
    process.exitCode = isUsage(error) ? 2 : 1;
    if (isUsage(error)) process.stderr.write(`${error.message}\nSee --help.\n`);
    else if (error instanceof DocumentError || error instanceof AggregateError) printTold(error);
    else
      process.stderr.write(
        `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`,
      );
  }
}

/** Whoever read the output (`| head`) has seen enough. */
function stopWithReader(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EPIPE') throw error;
  process.exit();
}

function printTold(error: Error): void {
  const errors: unknown[] = error instanceof AggregateError ? error.errors : [error];
  for (const one of errors) {
    process.stderr.write(`error: ${one instanceof Error ? one.message : String(one)}\n`);
  }
}

function isUsage(error: unknown): error is Error {
  if (error instanceof UsageError) return true;
  const code = (error as { code?: unknown } | undefined)?.code;
  return typeof code === 'string' && code.startsWith('ERR_PARSE_ARGS');
}

/** Progress goes to stderr, results to stdout. */
export function progress(line: string): void {
  process.stderr.write(`${line}\n`);
}
