import type { Operation, ReleaseTable } from '../../openapi/index.ts';

/** A small operation; a test names only what it is about. */
export function operation(facts: Partial<Operation> = {}): Operation {
  return {
    key: 'demo.thing',
    app: 'demo',
    method: 'GET',
    path: '/ocs/v2.php/apps/demo/thing',
    access: 'user',
    envelope: 'none',
    parameters: {},
    responses: { '200': { mediaTypes: ['application/json'] } },
    errors: [],
    ...facts,
  };
}

export function tableOf(
  operations: readonly Operation[],
  facts: Partial<ReleaseTable> = {},
): ReleaseTable {
  return {
    release: '32',
    apps: {},
    definitions: {},
    operations: Object.fromEntries(operations.map((one) => [one.key, one])),
    tools: {},
    ...facts,
  };
}
