import { expect } from 'chai';
import { strToU8, zipSync } from 'fflate';
import type { Extraction, Format } from './document.ts';
import { formatOf } from './document.ts';
import { readDocument } from './read-document.ts';
import {
  sampleDocx,
  sampleEml,
  sampleEpub,
  sampleOds,
  sampleOdt,
  samplePdf,
  samplePptx,
  sampleXlsx,
  zip,
} from './samples.fixture.ts';

const WISH = { first: 1, count: 50, maxText: 10_000 };
const BOUNDS = { timeoutMs: 20_000, maxHeapMb: 256 };
const signal = new AbortController().signal;

function read(
  format: Format,
  bytes: Uint8Array,
  wish: Partial<typeof WISH> = {},
): Promise<Extraction> {
  return readDocument(format, bytes, { ...WISH, ...wish }, signal, BOUNDS);
}

async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    await work;
  } catch (error) {
    if (error instanceof Error) return `${error.name}: ${error.message}`;
  }
  return 'nothing refused';
}

describe('documents', () => {
  it('reads Word: headings by style name, lists, tables, line breaks; no deleted text', async () => {
    const { text, leftOut, section } = await read('docx', sampleDocx());
    expect(text).to.equal(
      '# Über Quitten & mehr\n\nFirst line\nsecond\n- boil\n- stir\n| kg | price |\n| 2 | 3 \\| 4 |',
    );
    expect(section).to.equal('document');
    expect(leftOut).to.deep.equal(['1 picture']);
  });

  it('reads Excel: sheets in order, shared and inline strings, dates by style, gaps kept', async () => {
    const { text, total, last } = await read('xlsx', sampleXlsx());
    expect(text).to.equal(
      [
        '## Harvest',
        '| Day |  | Quinces |',
        '| 2026-11-23 | TRUE | 12.5 |',
        '| 2026-11-23T12:00:00 |  | inline |\n',
        '## Notes',
      ].join('\n'),
    );
    expect({ total, last }).to.deep.equal({ total: 2, last: 2 });
  });

  it('reads PowerPoint in the order of the show, with notes and without slide numbers', async () => {
    const { text } = await read('pptx', samplePptx());
    expect(text).to.equal('## Slide 1\nShown first\n\nNotes:\nSay hello\n\n## Slide 2\nShown last');
  });

  it('reads OpenDocument text and sheets', async () => {
    expect((await read('odt', sampleOdt())).text).to.equal(
      '## Marmelade\n\nZwei  Kilo\tZucker\n- eins\n| a |',
    );
    const second = await read('ods', sampleOds(), { first: 2 });
    expect(second).to.include({ text: '## Two\n| 3 |', section: 'sheet', first: 2, total: 2 });
  });

  it('reads EPUB by its spine', async () => {
    const { text, about } = await read('epub', sampleEpub());
    expect(text).to.equal('# One\n\nIt begins\u00a0here.\n\n- first\n\nIt ends.');
    expect(about).to.deep.equal({ title: 'Jam', author: 'A. Quince' });
    expect((await read('epub', sampleEpub(), { first: 2 })).text).to.equal('It ends.');
  });

  it('reads PDF page by page and says which pages have no text', async () => {
    const { text, total, about, leftOut } = await read('pdf', samplePdf());
    expect(text).to.equal('<!-- page 1 -->\n\nHello quince\nsecond line\n\n<!-- page 2 -->');
    expect({ total, about }).to.deep.equal({ total: 2, about: { title: 'Jam book' } });
    expect(leftOut[0]).to.match(/^1 of the pages read/);
    expect(await read('pdf', samplePdf(), { count: 1 })).to.include({ last: 1, total: 2 });
  });

  it('reads e-mail: decoded headers, HTML as text, attachments by name', async () => {
    const { text, leftOut } = await read('eml', sampleEml());
    expect(text).to.equal(
      'From: Jörg <joerg@example.org>\nTo: alice@example.org, Bob <bob@example.org>\n' +
        'Date: 2026-11-23T09:00:00.000Z\nSubject: Grüße\n\nHello you',
    );
    expect(leftOut).to.deep.equal(['attachment plan.pdf (application/pdf)']);
  });

  it('cuts the text where it was told to and says so', async () => {
    const cut = await read('docx', sampleDocx(), { maxText: 12 });
    expect(cut).to.include({ text: '# Über Quitt', truncated: true });
  });

  it('refuses what is damaged', async () => {
    const noZip = await refusal(read('docx', strToU8('no zip at all')));
    expect(noZip).to.match(/^UnreadableDocument: It is damaged/);
    expect(await refusal(read('xlsx', zip({ 'a.txt': 'x' })))).to.match(/has no xl\/workbook\.xml/);
    expect(await refusal(read('pdf', strToU8('%PDF-9')))).to.match(/not a readable PDF/);
  });

  it('refuses an archive that would unpack to more than is read', async () => {
    const bomb = zipSync({ 'word/document.xml': new Uint8Array(100 * 1024 * 1024) }, { level: 6 });
    expect(bomb.length).to.be.lessThan(200_000);
    expect(await refusal(read('docx', bomb))).to.match(/larger than this gateway reads/);
  });

  it('ends a reader that takes too long', async () => {
    const work = readDocument('pdf', samplePdf(), WISH, signal, { ...BOUNDS, timeoutMs: 1 });
    expect(await refusal(work)).to.match(/took longer/);
  });

  it('ends a reader that takes too much memory, and goes on with the next document', async () => {
    const cells = '<row><c t="inlineStr"><is><t>x</t></is></c></row>'.repeat(700_000);
    const big = zip({
      'xl/workbook.xml': '<workbook><sheet name="a" r:id="r"/></workbook>',
      'xl/_rels/workbook.xml.rels':
        '<Relationships><Relationship Id="r" Target="worksheets/s.xml"/></Relationships>',
      'xl/worksheets/s.xml': `<worksheet>${cells}</worksheet>`,
    });
    const work = readDocument('xlsx', big, { ...WISH, maxText: 1e9 }, signal, {
      timeoutMs: 20_000,
      maxHeapMb: 16,
    });
    expect(await refusal(work)).to.match(/too much memory/);
    expect((await read('eml', sampleEml())).text).to.include('Grüße');
  });

  it('ends a reader when the caller gives up', async () => {
    const controller = new AbortController();
    const work = readDocument('pdf', samplePdf(), WISH, controller.signal, BOUNDS);
    controller.abort();
    expect(await refusal(work)).to.match(/^AbortError/);
  });

  it('knows a format by its type, then by its name', () => {
    expect(formatOf('application/pdf; charset=binary', 'x')).to.equal('pdf');
    expect(formatOf('application/octet-stream', 'Mail.EML')).to.equal('eml');
    expect(formatOf('text/plain', 'notes.txt')).to.equal(undefined);
  });
});
