import type { ToolContext } from '../tool.ts';

/** What requests need; resources ask for contacts too. */
export type Asking = Pick<ToolContext, 'nextcloud' | 'signal'>;
