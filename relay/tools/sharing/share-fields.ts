import * as z from 'zod';
import { RelayError } from '../../errors.ts';

/** Share ids are texts of digits; clients hand them back as numbers too. */
export const shareId = z
  .union([z.int().min(0), z.string().regex(/^[A-Za-z0-9:_-]+$/)])
  .describe('Id of the share');

export const pathInput = z
  .string()
  .min(1)
  .refine((path) => !/(?:^|\/)\.{1,2}(?:\/|$)/.test(path), "must not contain '.' or '..'")
  .describe("Path in the user's files, e.g. /Documents/plan.md");

export const expireDate = z.string().optional();

/** Runs the creation of a share; 404 means the path, the recipient or a switched-off kind of share alike. */
export async function creatingShare<T>(path: string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof RelayError) || error.status !== 404) throw error;
    throw new RelayError('not_found', `${path} was not shared. ${error.message}`, {
      hint: 'Check the path, and the recipient with nc_share_find_recipients.',
      status: 404,
      cause: error,
    });
  }
}

/** Runs a request about one share and names it when it is not there. */
export async function aboutShare<T>(id: number | string, request: Promise<T>): Promise<T> {
  try {
    return await request;
  } catch (error) {
    if (!(error instanceof RelayError) || error.status !== 404) throw error;
    throw new RelayError('not_found', `There is no share ${String(id)} that this user may see.`, {
      hint: 'nc_share_list lists the shares with their ids.',
      status: 404,
      cause: error,
    });
  }
}
