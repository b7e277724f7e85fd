import { principalKey as keyOf } from '../access/principal-key.ts';

/** A person as an issuer knows them. `subject` alone means nothing: two issuers may give the same one to two people. */
export interface Principal {
  /** `iss` of the verified token. */
  readonly issuer: string;
  /** `sub` of the verified token. */
  readonly subject: string;
}

/** One column that stands for both, the same key as in the rest of the gateway. */
export function principalKey({ issuer, subject }: Principal): string {
  return keyOf(issuer, subject);
}
