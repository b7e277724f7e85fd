import { randomBytes } from 'node:crypto';
import { expect } from 'chai';
import { RECORDING_FILES, recordingText } from './recordings.ts';
import { remainingSecrets } from './remaining-secrets.ts';

const random = (bytes: number): string => randomBytes(bytes).toString('base64url');

/** One of each kind, in the shape it has on the wire. */
const PLANTED: Readonly<Record<string, string>> = {
  'a JWT': `eyJhbGciOiJSUzI1NiJ9.${Buffer.from('{"sub":"alice"}').toString('base64url')}.${random(64)}`,
  'a JWT’s head': 'cut off: eyJhbGciOiJSUzI1NiIsInR5',
  'a Basic header': `Basic ${Buffer.from('alice:some app password').toString('base64')}`,
  'a Bearer header': 'Bearer abcdefghijklmnop',
  'an app password': `aB3${random(54).replace(/[-_]/g, 'x')}`,
  'a client secret': 'gateway-secret-for-tests-2026',
  'a login password': 'alice-Pass-2026!',
  'a session cookie': 'oc_sessionPassphrase=x',
  'a session id': '7rg73nqbpdkr3iua6dk0mg50gv',
  'a code': `Zz9${random(24)}`,
  'a private key': '-----BEGIN PRIVATE KEY-----',
  'a path of a machine': 'see /home/alice/notes',
  'an address of a machine': 'http://127.0.0.1:8080/realms',
};

describe('secrets in recordings of credentials', () => {
  for (const file of RECORDING_FILES) {
    it(`${file} has none`, () => {
      expect(remainingSecrets(JSON.parse(recordingText(file)))).to.deep.equal([]);
    });

    for (const [kind, secret] of Object.entries(PLANTED)) {
      it(`${kind} would be found in ${file}`, () => {
        const recording: unknown = JSON.parse(recordingText(file));
        const { exchanges } = (Array.isArray(recording) ? recording[0] : recording) as {
          exchanges: Record<string, unknown>[];
        };
        exchanges[3]!.note = { body: [`before ${secret} after`] };
        expect(remainingSecrets(recording)).to.have.length(1);
      });
    }
  }

  it('a token is refused by the name of its member, whatever it looks like', () => {
    for (const member of ['access_token', 'refresh_token', 'client_secret', 'code', 'sid']) {
      expect(remainingSecrets({ body: { [member]: 'short' } })).to.have.length(1);
      expect(remainingSecrets({ body: { [member]: `{{${member}}}` } })).to.deep.equal([]);
    }
  });
});
