import type { Extraction, Format, Wish } from './document.ts';

/** Readers are loaded when their format comes up: a PDF engine is large. */
export async function readFormat(
  format: Format,
  bytes: Uint8Array,
  wish: Wish,
): Promise<Extraction> {
  switch (format) {
    case 'pdf':
      return (await import('./pdf.ts')).readPdf(bytes, wish);
    case 'docx':
      return (await import('./docx.ts')).readDocx(bytes, wish);
    case 'xlsx':
      return (await import('./xlsx.ts')).readXlsx(bytes, wish);
    case 'pptx':
      return (await import('./pptx.ts')).readPptx(bytes, wish);
    case 'odt':
    case 'ods':
    case 'odp':
      return (await import('./opendocument.ts')).readOpenDocument(bytes, wish, format);
    case 'epub':
      return (await import('./epub.ts')).readEpub(bytes, wish);
    case 'eml':
      return (await import('./eml.ts')).readEml(bytes, wish);
  }
}
