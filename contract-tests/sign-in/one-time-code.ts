import { createHmac } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';
const STEP_SECONDS = 30;

/** What an authenticator app shows (RFC 6238: SHA-1, six digits). `secret` as Nextcloud gives it, in base 32. */
export function oneTimeCode(secret: string, nowMs: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(nowMs / 1000 / STEP_SECONDS)));
  const mac = createHmac('sha1', decoded(secret)).update(counter).digest();
  const offset = (mac.at(-1) ?? 0) & 0xf;
  const number = (mac.readUInt32BE(offset) & 0x7fffffff) % 1_000_000;
  return String(number).padStart(6, '0');
}

/** Gives each code once, as servers take them: waits for the next when it was given already. */
export function authenticatorApp(secret: string): () => Promise<string> {
  let given: string | undefined;
  return async () => {
    let code = oneTimeCode(secret, Date.now());
    while (code === given) {
      await setTimeout(500);
      code = oneTimeCode(secret, Date.now());
    }
    given = code;
    return code;
  };
}

function decoded(secret: string): Buffer {
  const bits = Array.from(secret.toUpperCase().replaceAll(/[\s=]/g, ''))
    .map((letter) => LETTERS.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}
