import { strToU8, zipSync } from 'fflate';

/** Small documents as their programs would write them, built in code so that a reader sees what is in them. */

/** Same bytes every time, for recordings. */
export function zip(files: Readonly<Record<string, string>>): Uint8Array {
  const entries = Object.entries(files).map(([name, text]) => [name, strToU8(text)] as const);
  return zipSync(Object.fromEntries(entries), {
    mtime: new Date('2026-01-01T12:00:00'),
    level: 0,
  });
}

const W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"';

export function sampleDocx(): Uint8Array {
  const cell = (text: string): string => `<w:tc><w:p><w:r><w:t>${text}</w:t></w:r></w:p></w:tc>`;
  return zip({
    'word/styles.xml': `<w:styles ${W}><w:style w:styleId="berschrift1"><w:name w:val="heading 1"/></w:style></w:styles>`,
    'word/document.xml': `<?xml version="1.0"?><w:document ${W}><w:body>
      <w:p><w:pPr><w:pStyle w:val="berschrift1"/></w:pPr><w:r><w:t>Über </w:t></w:r><w:r><w:t>Quitten &amp; mehr</w:t></w:r></w:p>
      <w:p><w:r><w:t xml:space="preserve">First line</w:t><w:br/><w:t>second</w:t></w:r><w:del><w:r><w:delText>gone</w:delText></w:r></w:del></w:p>
      <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr><w:r><w:t>boil</w:t></w:r></w:p>
      <w:p><w:pPr><w:numPr><w:ilvl w:val="0"/></w:numPr></w:pPr><w:r><w:t>stir</w:t></w:r></w:p>
      <w:tbl><w:tr>${cell('kg')}${cell('price')}</w:tr><w:tr>${cell('2')}${cell('3 | 4')}</w:tr></w:tbl>
    </w:body></w:document>`,
    'word/media/image1.png': 'x',
  });
}

const R = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

const relations = (targets: Readonly<Record<string, string>>): string =>
  `<Relationships>${Object.entries(targets)
    .map(([id, target]) => `<Relationship Id="${id}" Target="${target}"/>`)
    .join('')}</Relationships>`;

export function sampleXlsx(): Uint8Array {
  return zip({
    'xl/workbook.xml': `<workbook xmlns:r="${R}"><workbookPr/><sheets><sheet name="Harvest" r:id="rId2"/><sheet name="Notes" r:id="rId1"/></sheets></workbook>`,
    'xl/_rels/workbook.xml.rels': relations({
      rId1: 'worksheets/sheet1.xml',
      rId2: '/xl/worksheets/sheet2.xml',
    }),
    'xl/sharedStrings.xml':
      '<sst><si><t>Day</t></si><si><r><t>Qui</t></r><r><t>nces</t></r><rPh><t>phonetic</t></rPh></si></sst>',
    'xl/styles.xml':
      '<styleSheet><numFmts><numFmt numFmtId="164" formatCode="[Red]0.00&quot;day&quot;"/></numFmts><cellStyleXfs><xf numFmtId="14"/></cellStyleXfs><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="22"/><xf numFmtId="164"/></cellXfs></styleSheet>',
    'xl/worksheets/sheet1.xml': '<worksheet><sheetData/></worksheet>',
    'xl/worksheets/sheet2.xml': `<worksheet><sheetData>
      <row r="1"><c r="A1" t="s"><v>0</v></c><c r="C1" t="s"><v>1</v></c></row>
      <row r="2"><c r="A2" s="1"><v>46349</v></c><c r="B2" t="b"><v>1</v></c><c r="C2" s="3"><f>SUM(1,2)</f><v>12.5</v></c></row>
      <row r="3"><c r="A3" s="2"><v>46349.5</v></c><c r="C3" t="inlineStr"><is><t>inline</t></is></c></row>
    </sheetData></worksheet>`,
  });
}

export function samplePptx(): Uint8Array {
  const slide = (text: string): string =>
    `<p:sld><p:txBody><a:p><a:r><a:t>${text}</a:t></a:r><a:fld type="slidenum"><a:t>99</a:t></a:fld></a:p></p:txBody></p:sld>`;
  return zip({
    'ppt/presentation.xml':
      '<p:presentation><p:sldIdLst><p:sldId id="256" r:id="rId3"/><p:sldId id="257" r:id="rId2"/></p:sldIdLst></p:presentation>',
    'ppt/_rels/presentation.xml.rels': relations({
      rId2: 'slides/slide1.xml',
      rId3: 'slides/slide2.xml',
    }),
    'ppt/slides/slide1.xml': slide('Shown last'),
    'ppt/slides/slide2.xml': slide('Shown first'),
    'ppt/slides/_rels/slide2.xml.rels': relations({ rId1: '../notesSlides/notesSlide1.xml' }),
    'ppt/notesSlides/notesSlide1.xml': slide('Say hello'),
  });
}

export function sampleOdt(): Uint8Array {
  return zip({
    mimetype: 'application/vnd.oasis.opendocument.text',
    'content.xml': `<office:document-content><office:body><office:text>
      <text:tracked-changes><text:p>gone</text:p></text:tracked-changes>
      <text:h text:outline-level="2">Marmelade</text:h>
      <text:p>Zwei<text:s text:c="2"/>Kilo<text:tab/>Zucker</text:p>
      <text:list><text:list-item><text:p>eins</text:p></text:list-item></text:list>
      <table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell><table:table-cell table:number-columns-repeated="1000"/></table:table-row></table:table>
    </office:text></office:body></office:document-content>`,
  });
}

export function sampleOds(): Uint8Array {
  const cell = (text: string): string =>
    `<table:table-cell><text:p>${text}</text:p></table:table-cell>`;
  return zip({
    'content.xml': `<office:document-content><office:body><office:spreadsheet>
      <table:table table:name="One"><table:table-row>${cell('1')}${cell('zwei')}</table:table-row></table:table>
      <table:table table:name="Two"><table:table-row>${cell('3')}</table:table-row></table:table>
    </office:spreadsheet></office:body></office:document-content>`,
  });
}

export function sampleEpub(): Uint8Array {
  return zip({
    mimetype: 'application/epub+zip',
    'META-INF/container.xml':
      '<container><rootfiles><rootfile full-path="OEBPS/book.opf"/></rootfiles></container>',
    'OEBPS/book.opf': `<package><metadata><dc:title>Jam</dc:title><dc:creator>A. Quince</dc:creator></metadata>
      <manifest><item id="b" href="text/two.xhtml"/><item id="a" href="text/one%20a.xhtml"/></manifest>
      <spine><itemref idref="a"/><itemref idref="b"/></spine></package>`,
    'OEBPS/text/one a.xhtml':
      '<html><head><title>x</title><style>p{}</style></head><body><h1>One</h1><p>It <b>begins</b>&nbsp;here.</p><ul><li>first</li></ul></body></html>',
    'OEBPS/text/two.xhtml': '<html><body><p>It ends.</p></body></html>',
  });
}

/** Two pages, the second without text. */
export function samplePdf(): Uint8Array {
  const content = 'BT /F1 12 Tf 72 720 Td (Hello quince) Tj 0 -20 Td (second line) Tj ET';
  const objects = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R 6 0 R]/Count 2>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]/Resources<</Font<</F1 4 0 R>>>>/Contents 5 0 R>>',
    '<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>',
    `<</Length ${String(content.length)}>>stream\n${content}\nendstream`,
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 612 792]>>',
    '<</Title(Jam book)>>',
  ];
  let file = '%PDF-1.4\n';
  const offsets = objects.map((object, index) => {
    const at = file.length;
    file += `${String(index + 1)} 0 obj\n${object}\nendobj\n`;
    return at;
  });
  const start = file.length;
  const places = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  const size = String(objects.length + 1);
  file += `xref\n0 ${size}\n0000000000 65535 f \n${places}trailer<</Size ${size}/Root 1 0 R/Info 7 0 R>>\n`;
  return strToU8(`${file}startxref\n${String(start)}\n%%EOF`);
}

export function sampleEml(): Uint8Array {
  return strToU8(
    [
      'From: =?utf-8?q?J=C3=B6rg?= <joerg@example.org>',
      'To: alice@example.org, Bob <bob@example.org>',
      'Subject: =?utf-8?b?R3LDvMOfZQ==?=',
      'Date: Mon, 23 Nov 2026 10:00:00 +0100',
      'MIME-Version: 1.0',
      'Content-Type: multipart/mixed; boundary=b',
      '',
      '--b',
      'Content-Type: text/html; charset=utf-8',
      '',
      '<p>Hello <i>you</i></p><script>bad()</script>',
      '--b',
      'Content-Type: application/pdf; name="plan.pdf"',
      'Content-Disposition: attachment; filename="plan.pdf"',
      'Content-Transfer-Encoding: base64',
      '',
      'JVBERg==',
      '--b--',
      '',
    ].join('\r\n'),
  );
}
