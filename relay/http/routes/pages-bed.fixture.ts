import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import type { Router } from 'express';
import { silentLogger } from '../../log.ts';
import { parseKeyRing } from '../../store/key-ring.ts';
import type { Principal } from '../../store/principal.ts';
import { openStore } from '../../store/store.ts';
import type { Store } from '../../store/store.ts';
import { browserSessions } from '../browser-session.ts';
import type { BrowserSessions } from '../browser-session.ts';

/** A store, browser sessions over it, and a server for the routes under test. */
export interface PagesBed {
  readonly store: Store;
  readonly sessions: BrowserSessions;
  /** Serves the routes; gives the root address. */
  serve(...routers: readonly Router[]): Promise<string>;
  /** A browser where this person is signed in. */
  signedIn(principal: Principal, data?: Readonly<Record<string, unknown>>): Promise<Browser>;
  close(): Promise<void>;
}

export interface Browser {
  readonly cookie: string;
  readonly csrf: string;
}

const LIFE = { idleSeconds: 3600, lifeSeconds: 36_000 };

export async function pagesBed(): Promise<PagesBed> {
  const folder = mkdtempSync(join(tmpdir(), 'pages-'));
  const store = await openStore({
    file: join(folder, 'gateway.db'),
    keys: parseKeyRing('ab'.repeat(32)),
    log: silentLogger,
  });
  const closing: (() => Promise<void>)[] = [];
  return {
    store,
    sessions: browserSessions({
      sessions: store.sessions,
      publicUrl: 'http://127.0.0.1',
      ...LIFE,
    }),
    async serve(...routers) {
      const app = express();
      for (const router of routers) app.use(router);
      const server = createServer(app);
      await new Promise<void>((resolve) => {
        server.listen(0, '127.0.0.1', resolve);
      });
      closing.push(
        () =>
          new Promise((resolve) => {
            server.closeAllConnections();
            server.close(() => {
              resolve();
            });
          }),
      );
      return `http://127.0.0.1:${String((server.address() as AddressInfo).port)}`;
    },
    async signedIn(principal, data = {}) {
      const id = await store.sessions.create({ principal, data, ...LIFE });
      const session = await store.sessions.find(id);
      return { cookie: `session=${id}`, csrf: session?.csrfToken ?? '' };
    },
    async close() {
      for (const close of closing) await close();
      await store.close();
      rmSync(folder, { recursive: true });
    },
  };
}

/** Posts a form as a browser does, and does not follow. */
export function post(
  url: string,
  fields: Readonly<Record<string, string>>,
  cookie?: string,
): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    body: new URLSearchParams(fields),
    headers: cookie === undefined ? {} : { cookie },
    redirect: 'manual',
  });
}
