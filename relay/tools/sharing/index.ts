import type { DefinedTool } from '../tool.ts';
import { createPublicLink } from './create-public-link.ts';
import { createShare } from './create-share.ts';
import { deleteShare } from './delete-share.ts';
import { findRecipients } from './find-recipients.ts';
import { acceptShare, declineShare, listPending } from './pending-shares.ts';
import { getShare, listShares } from './read-shares.ts';
import { updateShare } from './update-share.ts';

export const sharingTools: readonly DefinedTool[] = [
  listShares,
  getShare,
  createShare,
  createPublicLink,
  updateShare,
  deleteShare,
  findRecipients,
  listPending,
  acceptShare,
  declineShare,
];
