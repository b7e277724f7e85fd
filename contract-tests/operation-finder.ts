import type { Operation } from '../openapi/index.ts';
import type { Exchange } from './recording.ts';

/** Finds the operation of an exchange: same method, path template fits, most literal template first. */
export function operationFinder(
  operations: readonly Operation[],
): (exchange: Exchange) => Operation | undefined {
  const patterns = operations
    .map((operation) => ({
      operation,
      pattern: pathPattern(operation),
      holes: countHoles(operation),
      // Cookbook prints the path of core's capabilities as its own
      weight: operation.path.length + Number(operation.app === 'core'),
    }))
    .sort((a, b) => a.holes - b.holes || b.weight - a.weight);
  return ({ request }) =>
    patterns.find(
      ({ operation, pattern }) => operation.method === request.method && pattern.test(request.path),
    )?.operation;
}

function literal(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function countHoles({ path, constants = {} }: Operation): number {
  return [...path.matchAll(/\{([^}]+)\}/g)].filter(([, name = '']) => !(name in constants)).length;
}

function pathPattern({ path, constants = {}, parameters }: Operation): RegExp {
  const parts = path.split(/(\{[^}]+\})/).map((part) => {
    const name = /^\{([^}]+)\}$/.exec(part)?.[1];
    if (name === undefined) return literal(part);
    const constant = constants[name];
    if (constant !== undefined) return literal(constant);
    const parameter = Object.values(parameters).find(
      ({ in: place, wire }) => place === 'path' && wire === name,
    );
    return parameter?.slashes === true ? '.*' : '[^/]+';
  });
  return new RegExp(`^${parts.join('')}$`);
}
