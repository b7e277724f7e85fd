import type { DefinedTool } from '../tool.ts';
import { getStatus } from './get-status.ts';
import { setStatus } from './set-status.ts';

export const userStatusTools: readonly DefinedTool[] = [getStatus, setStatus];
