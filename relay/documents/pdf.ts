import { getDocumentProxy } from 'unpdf';
import { UnreadableDocument } from './document.ts';
import type { Extraction, Wish } from './document.ts';
import { readSections } from './sections.ts';
import { TextBuilder } from './text-builder.ts';

type Pdf = Awaited<ReturnType<typeof getDocumentProxy>>;

export async function readPdf(bytes: Uint8Array, wish: Wish): Promise<Extraction> {
  const pdf = await open(bytes);
  let empty = 0;
  const about = await describe(pdf);
  const extraction = await readSections(
    {
      kind: 'page',
      total: pdf.numPages,
      about,
      async write(number, into) {
        const text = await pageText(pdf, number);
        if (text.trim() === '') empty += 1;
        if (pdf.numPages > 1) into.block(`<!-- page ${String(number)} -->`);
        into.block(text);
      },
    },
    wish,
  );
  if (empty === 0) return extraction;
  const scanned = `${String(empty)} of the pages read have no text: pictures or scans`;
  return { ...extraction, leftOut: [scanned] };
}

async function open(bytes: Uint8Array): Promise<Pdf> {
  try {
    // 0: errors only; what it would warn of is printed otherwise
    return await getDocumentProxy(bytes, { verbosity: 0, isEvalSupported: false });
  } catch (error) {
    const name = error instanceof Error ? error.name : '';
    throw new UnreadableDocument(
      name === 'PasswordException' ? 'It is protected by a password.' : 'It is not a readable PDF.',
    );
  }
}

async function pageText(pdf: Pdf, number: number): Promise<string> {
  const page = await pdf.getPage(number);
  const { items } = await page.getTextContent();
  const text = new TextBuilder(Infinity);
  let line = '';
  for (const item of items) {
    if (!('str' in item)) continue;
    line += item.str;
    if (!item.hasEOL) continue;
    text.line(line);
    line = '';
  }
  text.line(line);
  page.cleanup();
  return text.text();
}

async function describe(pdf: Pdf): Promise<Record<string, string>> {
  const { info } = await pdf.getMetadata().catch(() => ({ info: {} }));
  const fields = info as Record<string, unknown>;
  const known = (['Title', 'Author', 'Subject'] as const).flatMap((name) => {
    const value = fields[name];
    return typeof value === 'string' && value !== '' ? [[name.toLowerCase(), value] as const] : [];
  });
  return Object.fromEntries(known);
}
