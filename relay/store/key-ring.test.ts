import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { RelayError } from '../errors.ts';
import { createLogger, silentLogger } from '../log.ts';
import { loadKeyRing } from './key-file.ts';
import { parseKeyRing } from './key-ring.ts';

const material = randomBytes(32);
const spellings = {
  hex: material.toString('hex'),
  'upper-case hex': material.toString('hex').toUpperCase(),
  base64: material.toString('base64'),
  base64url: material.toString('base64url'),
  'a Fernet key': `${material.toString('base64url')}=`,
};

describe('encryption keys', () => {
  for (const [name, text] of Object.entries(spellings)) {
    it(`are read from ${name}`, () => {
      expect(parseKeyRing(text).primary.id).to.equal(parseKeyRing(spellings.hex).primary.id);
      expect(parseKeyRing(text).primary.bytes).to.have.length(32);
    });
  }

  it('are not used as they are, and their names tell nothing about them', () => {
    const { id, bytes } = parseKeyRing(spellings.hex).primary;
    expect(Buffer.from(bytes).equals(material)).to.equal(false);
    expect(spellings.hex).to.not.contain(id);
    expect(Buffer.from(bytes).toString('hex')).to.not.contain(id);
  });

  it('may be several, the first one encrypts', () => {
    const other = randomBytes(32).toString('hex');
    const ring = parseKeyRing(`${other} , ${spellings.base64}`);
    expect(ring.primary.id).to.equal(parseKeyRing(other).primary.id);
    expect(ring.all.map(({ id }) => id)).to.deep.equal([
      ring.primary.id,
      parseKeyRing(spellings.hex).primary.id,
    ]);
  });

  for (const wrong of ['', 'secret', 'ab'.repeat(31), 'ab'.repeat(16), `${spellings.hex},nope`]) {
    it(`are refused without being shown: ${wrong.slice(0, 6)}… (${wrong.length})`, () => {
      let error: unknown;
      try {
        parseKeyRing(wrong);
      } catch (thrown) {
        error = thrown;
      }
      expect(error).to.be.instanceOf(RelayError).with.property('code', 'configuration');
      const { message } = error as RelayError;
      expect(message).to.match(wrong.includes(',') ? /key 2/ : /key 1/);
      expect(message).to.not.contain('nope').and.not.contain(spellings.hex);
    });
  }
});

describe('the key file', () => {
  let folder: string;
  beforeEach(() => (folder = mkdtempSync(join(tmpdir(), 'store-key-'))));
  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  function warned(): { lines: string[]; log: ReturnType<typeof createLogger> } {
    const lines: string[] = [];
    return { lines, log: createLogger({ write: (line) => lines.push(line) }) };
  }

  it('is made on the first start, with a warning, and read on the next', () => {
    const file = join(folder, 'data', 'key');
    const { lines, log } = warned();
    const first = loadKeyRing({ file, log });
    expect(lines).to.have.length(1);
    expect(lines[0]).to.contain('Keep a copy').and.not.contain(readFileSync(file, 'utf8').trim());
    expect(statSync(file).mode & 0o777).to.equal(0o600);
    expect(statSync(join(folder, 'data')).mode & 0o777).to.equal(0o700);
    expect(readdirSync(join(folder, 'data'))).to.deep.equal(['key']);
    expect(loadKeyRing({ file, log }).primary.id).to.equal(first.primary.id);
    expect(lines).to.have.length(1);
  });

  it('is not made when a key is given', () => {
    const file = join(folder, 'key');
    const ring = loadKeyRing({ text: spellings.base64, file, log: silentLogger });
    expect(ring.primary.id).to.equal(parseKeyRing(spellings.hex).primary.id);
    expect(readdirSync(folder)).to.deep.equal([]);
  });

  it('that others can read draws a warning', () => {
    const file = join(folder, 'key');
    writeFileSync(file, spellings.base64, { mode: 0o644 });
    const { lines, log } = warned();
    loadKeyRing({ file, log });
    expect(lines.join()).to.contain('0600');
  });

  it('that can be neither read nor made stops the start, and says what to do', () => {
    writeFileSync(join(folder, 'data'), 'a file where the folder should be');
    expect(() => loadKeyRing({ file: join(folder, 'data', 'key'), log: silentLogger }))
      .to.throw(RelayError, 'neither read nor made')
      .with.property('hint')
      .that.contains('TOKEN_ENCRYPTION_KEY');
  });

  it('that holds no key stops the start, and is not overwritten', () => {
    const file = join(folder, 'key');
    writeFileSync(file, 'broken', { mode: 0o600 });
    expect(() => loadKeyRing({ file, log: silentLogger }))
      .to.throw(RelayError, 'does not hold a key')
      .with.property('code', 'configuration');
    expect(readFileSync(file, 'utf8')).to.equal('broken');
  });
});
