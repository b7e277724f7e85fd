import { expect } from 'chai';
import type { JsonSchema } from '../../openapi/index.ts';
import { RELEASES } from '../../openapi/index.ts';
import { NEXTCLOUD, RESOURCE } from './identity-provider.ts';
import { EXCHANGE, refused, rpc, startBed, toolCall } from './gateway.ts';
import type { Answer, Bed, Sent } from './gateway.ts';
import { MODES } from './passthrough-modes.ts';
import { sampleArguments } from './sample-arguments.ts';

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

/** A reader and a writer of each kind of transport: OCS, app routes, DAV. */
const FAILING = [
  ['nc_notes_get_note', { note_id: 1 }],
  ['nc_notes_create_note', { title: 'words', content: 'words', category: '' }],
  ['nc_webdav_read_file', { path: 'words.txt' }],
  ['nc_webdav_write_file', { path: 'words.txt', content: 'words' }],
  ['nc_share_get', { share_id: '1' }],
  ['nc_calendar_list_calendars', {}],
] as const;

const SCOPES =
  'admin ai assistant calendar collectives contacts cookbook dashboard deck files forms groupfolders notes notifications polls search sharing status tables talk terms todo user weather workflows openid';

for (const mode of MODES) {
  describe(`R6 no passthrough: ${mode.name}`, function () {
    this.timeout(240_000);
    let bed: Bed;
    let token: string;
    /** Everything that went back to the client: headers and body. */
    const answers: string[] = [];
    const ask = async (sent: Sent): Promise<Answer> => {
      const answer = await bed.send({ ...sent, token });
      answers.push(`${JSON.stringify(answer.headers)} ${answer.text}`);
      return answer;
    };
    const reaching = new Set<string>();

    before(async () => {
      bed = await mode.start();
      token = await mode.token(bed, SCOPES);
      for (const { name, inputSchema } of everyTool(bed)) {
        for (const all of [true, false]) {
          const before = bed.nextcloud.seen.length;
          const args = sampleArguments(inputSchema, 'words', all);
          await ask(
            all
              ? toolCall(name, args)
              : toolCall('nc_call_tool', { name, arguments: args }, { era: 'modern' }),
          );
          if (bed.nextcloud.seen.length > before) reaching.add(name);
        }
      }
      await mode.prepare(bed); // the sign-in tools came last and took access back
      for (const uri of [
        'nc://capabilities',
        'nc://Notes/1',
        'nc://Deck/boards',
        'notes://settings',
        'nc://Nothing/of/that/name',
      ])
        await ask(rpc('resources/read', { uri }));
      for (const method of [
        'tools/list',
        'resources/list',
        'resources/templates/list',
        'prompts/list',
      ])
        await ask(rpc(method, {}));
      const ref = { type: 'ref/resource', uri: 'nc://Notes/{note_id}' };
      await ask(rpc('completion/complete', { ref, argument: { name: 'note_id', value: '1' } }));
      await ask(rpc('prompts/get', { name: 'plan_my_week', arguments: {} }));
    });

    // failures of every kind are where tokens leak
    before(async () => {
      const { userOf } = bed.nextcloud;
      for (const failing of ['page', 'message', 'cut'] as const) {
        bed.nextcloud.failing = failing;
        for (const [name, args] of FAILING) {
          const { message } = await ask(toolCall(name, args));
          expect(message.result?.isError === true || message.error !== undefined, name).to.equal(
            true,
          );
        }
      }
      bed.nextcloud.failing = undefined;
      bed.nextcloud.userOf = () => undefined;
      await ask(toolCall('nc_notes_get_note', { note_id: 1 }));
      bed.nextcloud.userOf = userOf;
      await ask(toolCall('nc_notes_get_note', {}));
      await ask(toolCall('nc_no_such_tool', {}));
      await ask(rpc('no/such/method', {}));
      await ask({ body: '{"not json' });
      await ask({
        ...toolCall('nc_notes_get_note', { note_id: 1 }),
        headers: { Origin: 'https://evil.example.org' },
      });
      await ask({ method: 'GET', path: `/nothing?access_token=${token}` });
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
      const secrets = mode.secrets(bed);
      for (const [where, text] of Object.entries(written)) {
        expect(found(text, token), where).to.eql([]);
        expect(
          secrets.filter((secret) => text.includes(secret)),
          where,
        ).to.eql([]);
      }
    });

    it('shows the identity provider none of it, but where it is exchanged there', () => {
      const asked = bed.idp.asked.join('\n');
      expect(found(asked, token)).to.eql([]);
      expect(bed.idp.exchanged.length > 0).to.equal(mode.exchanges);
    });

    it('puts none of it into an answer or an error', () => {
      expect(answers.length).to.be.greaterThan(800);
      // Nextcloud's own words are repeated, but for the credential in them: otherwise this would prove less.
      expect(answers.some((text) => text.includes('refused: '))).to.equal(true);
      const secrets = mode.secrets(bed);
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
