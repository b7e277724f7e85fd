import { createHash } from 'node:crypto';

/** A person as an issuer knows them. `subject` alone means nothing: two issuers may give the same one to two people. */
export interface Principal {
  /** `iss` of the verified token. */
  readonly issuer: string;
  /** `sub` of the verified token. */
  readonly subject: string;
}

/** One column that stands for both; JSON keeps `a` + `bc` and `ab` + `c` apart. */
export function principalKey({ issuer, subject }: Principal): string {
  return createHash('sha256')
    .update(JSON.stringify([issuer, subject]))
    .digest('base64url');
}
