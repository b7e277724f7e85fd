import type { RelayError } from '../errors.ts';
import type { ExecuteOptions, Nextcloud, Reply } from '../nextcloud/nextcloud.ts';
import type { DefinedTool, ToolContext } from '../tools/tool.ts';

interface Sent {
  readonly key: string;
  readonly args: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string>>;
}

type Answer = (sent: Sent) => { data: unknown; headers?: Record<string, string> };

/** A Nextcloud that notes what it is asked and answers from a function. */
export function answering(answer: Answer): { context: ToolContext; sent: Sent[] } {
  const sent: Sent[] = [];
  const execute = (
    key: string,
    args: Sent['args'],
    options?: ExecuteOptions,
  ): Promise<Reply<unknown>> => {
    const request = { key, args, headers: options?.headers ?? {} };
    sent.push(request);
    // inside `then`, so that a refusal comes as a rejection
    return Promise.resolve(request)
      .then(answer)
      .then(({ data, headers = {} }) => ({ status: 200, headers, data }));
  };
  const nextcloud = {
    publicUrl: 'https://cloud.example.org',
    execute,
    executeByKey: execute,
  } as unknown as Nextcloud;
  return {
    sent,
    context: {
      nextcloud,
      signal: new AbortController().signal,
      progress: () => Promise.resolve(),
      now: () => new Date(0),
      newId: () => 'id',
    },
  };
}

/** The refusal of a tool that has to refuse. */
export async function failure(
  tool: DefinedTool,
  args: object,
  where: ToolContext,
): Promise<RelayError> {
  try {
    await tool.run({ ...args }, where);
  } catch (error) {
    return error as RelayError;
  }
  throw new Error('was expected to fail');
}
