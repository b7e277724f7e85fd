import { RelayError } from '../../errors.ts';

/** The user's root folder, as operations take it. */
export const ROOT = '/';

/**
 * A path as people and models write it (`/Photos//Süden 100%.jpg`, decoded) in the form operations take: segments
 * joined by `/`, none at the ends; `/` for the root. Nothing is resolved: `.` and `..` are refused.
 *
 * @throws RelayError `invalid_argument`
 */
export function filePath(argument: string, given: string): string {
  const segments = given.split('/').filter((segment) => segment !== '');
  for (const segment of segments) {
    if (segment === '.' || segment === '..')
      throw unusable(argument, "must not contain '.' or '..'");
    if (/[\u0000-\u001f\u007f]/.test(segment))
      throw unusable(argument, 'must not contain control characters');
    if (/[\ud800-\udfff]/.test(segment) && !segment.isWellFormed())
      throw unusable(argument, 'is not valid Unicode');
  }
  return segments.length === 0 ? ROOT : segments.join('/');
}

/** Same, for what must not be done to the root folder. */
export function pathBelowRoot(argument: string, given: string): string {
  const path = filePath(argument, given);
  if (path === ROOT) throw unusable(argument, 'must name a file or folder, not the root');
  return path;
}

/** The path below the DAV endpoint, for Destination headers and search scopes. */
export function davPath(user: string, path: string): string {
  return path === ROOT ? `/files/${user}` : `/files/${user}/${path}`;
}

/** The user's path of a decoded href of an answer. */
export function pathOfHref(user: string, href: string): string {
  const prefix = `/files/${user}`;
  const below = href.startsWith(`${prefix}/`)
    ? href.slice(prefix.length)
    : href.replace(/^\/files\/[^/]+/, '');
  const path = below.replace(/^\/+|\/+$/g, '');
  return path === '' ? ROOT : path;
}

export function nameOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

export function parentOf(path: string): string {
  const slash = path.lastIndexOf('/');
  return slash <= 0 ? ROOT : path.slice(0, slash);
}

/** For messages. */
export function quoted(path: string): string {
  return JSON.stringify(path);
}

function unusable(argument: string, what: string): RelayError {
  return new RelayError('invalid_argument', `Argument '${argument}' ${what}.`);
}
