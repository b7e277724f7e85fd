import type { Reply } from '../../nextcloud/nextcloud.ts';
import { plainEtag } from './file-view.ts';

/** What an upload's answer says about the stored file, in its headers. */
export function stored(path: string, reply: Reply<unknown>, publicUrl: string) {
  const etag = reply.headers['oc-etag'] ?? reply.headers['etag'];
  // the id padded to eight digits, followed by the instance's id
  const digits = /^\d+/.exec(reply.headers['oc-fileid'] ?? '')?.[0];
  const fileId = digits === undefined ? undefined : Number(digits);
  return {
    status_code: reply.status,
    path,
    created: reply.status === 201,
    ...(etag === undefined ? {} : { etag: plainEtag(etag) }),
    ...(fileId === undefined
      ? {}
      : { file_id: fileId, url: `${publicUrl}/index.php/f/${String(fileId)}` }),
  };
}
