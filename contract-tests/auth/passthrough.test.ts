import { expect } from 'chai';
import type { JsonSchema } from '../../openapi/index.ts';
import { RELEASES } from '../../openapi/index.ts';
import { CLIENT, NEXTCLOUD, RESOURCE } from './identity-provider.ts';
import { EXCHANGE, refused, rpc, startBed, toolCall } from './gateway.ts';
import type { Bed } from './gateway.ts';
import { sampleArguments } from './sample-arguments.ts';

interface Mode {
  readonly name: string;
  readonly environment: Readonly<Record<string, string>>;
  readonly audience: unknown;
  /** Makes the person able to work. */
  prepare(bed: Bed): Promise<void>;
  /** What Nextcloud may get as Authorization. */
  credentials(bed: Bed, token: string): readonly string[];
}

const APP_PASSWORD = 'app-password-of-alice-0123456789';
const BASIC = `Basic ${Buffer.from(`alice:${APP_PASSWORD}`).toString('base64')}`;

const MODES: readonly Mode[] = [
  {
    name: 'token exchange',
    environment: EXCHANGE,
    audience: RESOURCE,
    prepare: () => Promise.resolve(),
    credentials: (bed) => bed.idp.given.map((one) => `Bearer ${one}`),
  },
  {
    name: 'app passwords',
    environment: {},
    audience: RESOURCE,
    prepare: connect,
    credentials: () => [BASIC],
  },
  {
    name: 'several audiences, where the client’s token is the credential',
    environment: { ENABLE_MULTI_AUDIENCE: 'true' },
    audience: [RESOURCE, NEXTCLOUD],
    prepare: () => Promise.resolve(),
    credentials: (_bed, token) => [`Bearer ${token}`],
  },
];

async function connect(bed: Bed): Promise<void> {
  const person = { issuer: bed.idp.issuer, subject: 'alice' };
  await bed.dependencies.signIn?.store.appPasswords.save(person, {
    appPassword: APP_PASSWORD,
    loginName: 'alice',
    userId: 'alice',
    server: bed.nextcloud.url,
    scopes: null,
  });
}

/** What gives a token away: itself, its parts, and what encodings make of it. */
function traces(token: string): readonly string[] {
  const [, payload = '', signature = ''] = token.split('.');
  const encoded = [0, 1, 2].map((shift) =>
    // base64 inside a longer text begins at any of three places
    Buffer.from('x'.repeat(shift) + token)
      .toString('base64')
      .slice(4, 60),
  );
  return [token, payload, signature, Buffer.from(token).toString('hex'), ...encoded];
}

function found(text: string, token: string): readonly string[] {
  return traces(token).filter((trace) => text.includes(trace));
}

/** Every tool of every release, the sign-in ones at the end because they take access back. */
function everyTool(bed: Bed) {
  const { catalogue } = bed.dependencies;
  const tools = new Map<string, { name: string; toolset: string; inputSchema: JsonSchema }>();
  for (const release of RELEASES)
    for (const tool of catalogue.registry(release).tools) tools.set(tool.name, tool);
  return [...tools.values()].sort(
    (a, b) => Number(a.toolset === 'signin') - Number(b.toolset === 'signin'),
  );
}

const SCOPES =
  'admin ai assistant calendar collectives contacts cookbook dashboard deck files forms groupfolders notes notifications polls search sharing status tables talk terms todo user weather workflows openid';

for (const mode of MODES) {
  describe(`R6 no passthrough: ${mode.name}`, function () {
    this.timeout(240_000);
    let bed: Bed;
    let token: string;
    const answers: string[] = [];
    const reaching = new Set<string>();

    before(async () => {
      bed = await startBed(mode.environment);
      token = await bed.idp.token({ scope: SCOPES, claims: { aud: mode.audience } });
      await mode.prepare(bed);
      for (const { name, inputSchema } of everyTool(bed)) {
        for (const all of [true, false]) {
          const before = bed.nextcloud.seen.length;
          const args = sampleArguments(inputSchema, 'words', all);
          const via = all
            ? toolCall(name, args)
            : toolCall('nc_call_tool', { name, arguments: args }, { era: 'modern' });
          const answer = await bed.send({ ...via, token });
          answers.push(`${JSON.stringify(answer.headers)} ${answer.text}`);
          if (bed.nextcloud.seen.length > before) reaching.add(name);
        }
      }
      for (const uri of [
        'nc://capabilities',
        'nc://Notes/1',
        'nc://Deck/boards',
        'notes://settings',
      ]) {
        const answer = await bed.send({ ...rpc('resources/read', { uri }), token });
        answers.push(answer.text);
      }
      // failures of every kind are where tokens leak
      const { userOf } = bed.nextcloud;
      bed.nextcloud.userOf = () => undefined;
      answers.push((await bed.call(token, 'nc_notes_get_note', { note_id: 1 })).text);
      bed.nextcloud.userOf = userOf;
      answers.push(
        (await bed.call(token, 'nc_notes_get_note', { token })).text.replaceAll(token, ''),
      );
    });
    after(() => bed.close());

    it('reaches Nextcloud with nearly every tool, or it would prove little', () => {
      const names = everyTool(bed).map(({ name }) => name);
      const silent = names.filter((name) => !reaching.has(name));
      expect(reaching.size / names.length, `silent: ${silent.join(' ')}`).to.be.greaterThan(0.85);
    });

    it('sends the credential of the mode, and nothing else', () => {
      const allowed = new Set(['', ...mode.credentials(bed, token)]);
      const others = bed.nextcloud.seen.filter(({ authorization }) => !allowed.has(authorization));
      expect(others.map(({ url }) => url)).to.eql([]);
    });

    it('shows Nextcloud no byte of the client’s token in header, URL or body', () => {
      const own = new Set(mode.credentials(bed, token));
      for (const { bytes, method, url, authorization } of bed.nextcloud.seen) {
        // In the third mode the token is the credential: there it may stand in that one header, and only there.
        const rest = own.has(authorization) ? bytes.replace(authorization, '') : bytes;
        expect(found(rest, token), `${method} ${url}`).to.eql([]);
      }
    });

    it('writes none of it into the log, the audit log or the store, nor any other secret', async () => {
      const rows: string[] = [];
      for await (const line of bed.dependencies.signIn?.store.audit.exportLines({}) ?? [])
        rows.push(line);
      expect(rows.length).to.be.greaterThan(500);
      const written = { log: bed.log.join('\n'), audit: rows.join('\n'), store: bed.stored() };
      const secrets = [CLIENT.secret, APP_PASSWORD, ...bed.idp.given];
      for (const [where, text] of Object.entries(written)) {
        expect(found(text, token), where).to.eql([]);
        expect(
          secrets.filter((secret) => text.includes(secret)),
          where,
        ).to.eql([]);
      }
    });

    it('puts none of it into an answer or an error', () => {
      const secrets = [CLIENT.secret, APP_PASSWORD, ...bed.idp.given];
      for (const text of answers) {
        expect(found(text, token), text.slice(0, 300)).to.eql([]);
        expect(
          secrets.filter((secret) => text.includes(secret)),
          text.slice(0, 300),
        ).to.eql([]);
      }
    });
  });
}

describe('several audiences', () => {
  it('refuses a token that does not name both, before anything is reached', async () => {
    const bed = await startBed({ ENABLE_MULTI_AUDIENCE: 'true' });
    try {
      for (const aud of [RESOURCE, NEXTCLOUD, [RESOURCE, 'x'], [NEXTCLOUD, 'x'], undefined]) {
        const token = await bed.idp.token({ claims: { aud } });
        const { status } = await refused(bed, {
          ...toolCall('nc_notes_get_note', { note_id: 1 }),
          token,
        });
        expect(status, String(aud)).to.equal(401);
      }
    } finally {
      await bed.close();
    }
  });

  it('is off unless it is switched on: then such a token is exchanged like any other', async () => {
    const bed = await startBed(EXCHANGE);
    try {
      const token = await bed.idp.token({ claims: { aud: [RESOURCE, NEXTCLOUD] } });
      await bed.call(token, 'nc_notes_get_note', { note_id: 1 });
      const sent = new Set(bed.nextcloud.seen.map(({ authorization }) => authorization));
      expect([...sent]).to.eql([`Bearer ${bed.idp.given[0] ?? ''}`]);
    } finally {
      await bed.close();
    }
  });
});
