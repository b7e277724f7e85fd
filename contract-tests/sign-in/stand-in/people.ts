import { randomBytes } from 'node:crypto';

/** Somebody with an account at the stand-in. */
export interface PersonAccount {
  readonly id: string;
  readonly displayName: string;
  readonly password: string;
  /** May be typed instead of the id; Basic then wants it too. */
  readonly email: string;
  readonly groups: readonly string[];
  /** The one-time code that the second step takes; undefined: no second step. */
  readonly oneTimeCode: string | undefined;
}

/** What Nextcloud lists under "Devices & sessions". */
export interface DeviceToken {
  readonly id: number;
  readonly name: string;
  readonly userId: string;
  /** As typed at the login; the user name of Basic. */
  readonly loginName: string;
  /** Replaced when an `oauth2` client refreshes. */
  secret: string;
  /** Only of the `oauth2` app's tokens. Epoch seconds. */
  expires?: number;
}

export interface Note {
  readonly id: number;
  title: string;
  content: string;
  category: string;
  favorite: boolean;
  modified: number;
}

/** What the stand-in knows; everything per user. */
export class People {
  readonly accounts: readonly PersonAccount[];
  readonly tokens: DeviceToken[] = [];
  readonly #notes = new Map<string, Note[]>();
  #ids = 100;

  constructor(accounts: readonly PersonAccount[]) {
    this.accounts = accounts;
  }

  nextId(): number {
    return (this.#ids += 1);
  }

  /** By id in any case, or by mail address, as Nextcloud's login takes them. */
  loggingIn(loginName: string, password: string): PersonAccount | undefined {
    const typed = loginName.toLowerCase();
    return this.accounts.find(
      (one) =>
        (one.id.toLowerCase() === typed || one.email.toLowerCase() === typed) &&
        one.password === password,
    );
  }

  byId(id: string): PersonAccount {
    const found = this.accounts.find((one) => one.id === id);
    if (found === undefined) throw new Error(`nobody is called ${id}`);
    return found;
  }

  issue(userId: string, loginName: string, name: string): DeviceToken {
    const token = { id: this.nextId(), name, userId, loginName, secret: secret(72) };
    this.tokens.push(token);
    return token;
  }

  /** False when it was gone already. */
  remove(token: DeviceToken): boolean {
    const at = this.tokens.indexOf(token);
    if (at === -1) return false;
    this.tokens.splice(at, 1);
    return true;
  }

  notesOf(userId: string): Note[] {
    const notes = this.#notes.get(userId) ?? [];
    this.#notes.set(userId, notes);
    return notes;
  }
}

/** Letters and digits, as Nextcloud makes its tokens. */
export function secret(length: number): string {
  const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
  return Array.from(randomBytes(length), (byte) => letters[byte % letters.length]).join('');
}
