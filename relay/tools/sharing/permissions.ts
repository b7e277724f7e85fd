import * as z from 'zod';
import { RelayError } from '../../errors.ts';

/** Bits as in Nextcloud's `OCP\Constants`. */
const BITS = { read: 1, update: 2, create: 4, delete: 8, share: 16 } as const;
type PermissionName = keyof typeof BITS;
const NAMES = Object.keys(BITS) as [PermissionName, ...PermissionName[]];

export const permissionsInput = z.union([z.int().min(1).max(31), z.array(z.enum(NAMES)).min(1)]);

export type Permissions = z.output<typeof permissionsInput>;

export function permissionBits(permissions: Permissions): number {
  if (typeof permissions === 'number') return permissions;
  return permissions.reduce((bits, name) => bits | BITS[name], 0);
}

export function permissionNames(bits: number): PermissionName[] {
  return NAMES.filter((name) => (bits & BITS[name]) !== 0);
}

/** @throws RelayError when a link could neither be read nor filled: the server answers that with 404 */
export function refuseUselessLink(bits: number): void {
  if ((bits & (BITS.read | BITS.create)) !== 0) return;
  throw new RelayError(
    'invalid_argument',
    'A public link needs read, or create for a drop-off folder.',
  );
}
