import type { ResultOf } from '../../../openapi/index.ts';

type Status =
  ResultOf<'user_status.statuses-find'> | ResultOf<'user_status.user_status-get-status'>;

export function statusView(status: Status): Record<string, unknown> {
  return {
    user_id: status.userId,
    status: status.status,
    ...(status.icon === null ? {} : { icon: status.icon }),
    ...(status.message === null ? {} : { message: status.message }),
    ...(status.clearAt === null ? {} : { clear_at: isoTime(status.clearAt) }),
  };
}

function isoTime(seconds: number): string {
  return new Date(seconds * 1000).toISOString().replace('.000Z', 'Z');
}
