import { expect } from 'chai';
import {
  sampleDocx,
  sampleEml,
  sampleEpub,
  sampleOdt,
  samplePdf,
  samplePptx,
  sampleXlsx,
} from '../../relay/documents/samples.fixture.ts';
import { scenario } from '../scenario.ts';
import type { Actor } from '../scenario.ts';

const PNG =
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';

async function store(actor: Actor, path: string, bytes: Uint8Array): Promise<void> {
  const content = Buffer.from(bytes).toString('base64');
  await actor.call('nc_webdav_write_file', { path, content, encoding: 'base64' });
}

scenario('webdav: documents are read as text', { app: 'dav' }, async (alice) => {
  const folder = 'Contract documents';
  await alice.call('nc_webdav_delete_resource', { path: folder });
  await alice.call('nc_webdav_create_directory', { path: folder });
  const samples = {
    'jam.docx': [sampleDocx(), '# Über Quitten & mehr'],
    'jam.xlsx': [sampleXlsx(), '| 2026-11-23 | TRUE | 12.5 |'],
    'jam.pptx': [samplePptx(), 'Shown first'],
    'jam.odt': [sampleOdt(), '## Marmelade'],
    'jam.epub': [sampleEpub(), 'It begins'],
    'jam.pdf': [samplePdf(), 'Hello quince'],
    'jam.eml': [sampleEml(), 'Subject: Grüße'],
  } as const;
  for (const [name, [bytes, expected]] of Object.entries(samples)) {
    const path = `${folder}/${name}`;
    await store(alice, path, bytes);
    const read = await alice.call('nc_webdav_read_file', { path });
    expect(read, name).to.include({ parsed: true, size: bytes.length });
    expect(read.content, name).to.include(expected);
    expect(read.etag).to.match(/^[0-9a-f]{32}$/);
  }

  const pdf = { path: `${folder}/jam.pdf` };
  const paged = await alice.call('nc_webdav_read_file', { ...pdf, max_pages: 1 });
  expect(paged.next_page).to.equal(2);
  expect(paged.parsing_metadata).to.include({ pages_total: 2, last: 1, truncated: true });
  const second = await alice.call('nc_webdav_read_file', { ...pdf, first_page: 2 });
  expect(second).not.to.have.property('next_page');
  expect(second.content).not.to.include('Hello');

  const docx = { path: `${folder}/jam.docx` };
  const begun = await alice.call('nc_webdav_read_file', { ...docx, max_bytes: 16 });
  expect(begun).to.include({ content: '# Über Quitten &', next_offset: 16 });
  const rest = await alice.call('nc_webdav_read_file', { ...docx, offset: 16 });
  expect(rest.content).to.match(/^ mehr\n\nFirst line/);
  const raw = await alice.call('nc_webdav_read_file', { ...docx, parse: 'off' });
  expect(raw).to.include({ encoding: 'base64' });
  expect(Buffer.from(String(raw.content), 'base64')).to.deep.equal(Buffer.from(sampleDocx()));

  const broken = `${folder}/broken.pdf`;
  await store(alice, broken, Buffer.from('no PDF at all'));
  const left = await alice.call('nc_webdav_read_file', { path: broken });
  expect(left).to.include({ encoding: 'base64' });
  expect(left.parsing_metadata).to.include({ error: 'It is not a readable PDF.' });
  expect(await alice.refused('nc_webdav_read_file', { path: broken, parse: 'on' })).to.include(
    'cannot be parsed',
  );
  await alice.call('nc_webdav_delete_resource', { path: folder });
});

scenario(
  'webdav: texts, pictures and bytes are read as what they are',
  { app: 'dav' },
  async (alice) => {
    const folder = 'Contract contents';
    await alice.call('nc_webdav_delete_resource', { path: folder });
    await alice.call('nc_webdav_create_directory', { path: folder });
    const texts: readonly (readonly [
      name: string,
      bytes: Buffer,
      text: string,
      charset: string,
    ])[] = [
      ['a.json', Buffer.from('{"ü": 1}'), '{"ü": 1}', 'utf-8'],
      ['b.xml', Buffer.from('<a>ß</a>'), '<a>ß</a>', 'utf-8'],
      ['c.csv', Buffer.from('Süß;1', 'latin1'), 'Süß;1', 'windows-1252'],
      ['d.txt', Buffer.from('\ufeffGrüße', 'utf16le'), 'Grüße', 'utf-16le'],
      ['e.py', Buffer.from('print("é")'), 'print("é")', 'utf-8'],
      ['empty.txt', Buffer.alloc(0), '', 'utf-8'],
    ];
    for (const [name, bytes, content, charset] of texts) {
      const path = `${folder}/${name}`;
      await store(alice, path, bytes);
      const read = await alice.call('nc_webdav_read_file', { path });
      expect(read, name).to.include({ content, charset, size: bytes.length });
      expect(read, name).not.to.have.property('encoding');
    }

    const picture = `${folder}/dot.png`;
    const args = { path: picture, content: PNG, content_type: 'image/png;base64' };
    await alice.call('nc_webdav_write_file', args);
    const shown = await alice.call('nc_webdav_read_file', { path: picture });
    expect(shown).to.include({ shown_as: 'image', content_type: 'image/png', size: 70 });
    const asBytes = await alice.call('nc_webdav_read_file', { path: picture, encoding: 'base64' });
    expect(asBytes.content).to.equal(PNG);

    const uri = (name: string) => `nc://Files/${encodeURIComponent(folder)}/${name}`;
    expect(await alice.read(uri('dot.png'))).to.deep.equal({ mimeType: 'image/png', blob: PNG });
    expect(await alice.read(uri('c.csv'))).to.deep.equal({ mimeType: 'text/csv', text: 'Süß;1' });

    const long = `${folder}/long.md`;
    const text = 'ä😀x'.repeat(12);
    await alice.call('nc_webdav_write_file', { path: long, content: text });
    let read = '';
    let offset: unknown = 0;
    while (offset !== undefined) {
      const part = await alice.call('nc_webdav_read_file', { path: long, max_bytes: 17, offset });
      read += String(part.content);
      offset = part.next_offset;
    }
    expect(read).to.equal(text);
    const beyond = await alice.call('nc_webdav_read_file', { path: long, offset: 5000 });
    expect(beyond).to.include({ content: '', size: 84 });
    const bad = { path: long, charset: 'klingon' };
    expect(await alice.refused('nc_webdav_read_file', bad)).to.include('no charset');
    await alice.call('nc_webdav_delete_resource', { path: folder });
  },
);
