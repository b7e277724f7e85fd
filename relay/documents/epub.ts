import { Archive, resolve } from './archive.ts';
import type { Extraction, Wish } from './document.ts';
import { UnreadableDocument } from './document.ts';
import { markupText } from './markup-text.ts';
import { counted, readSections } from './sections.ts';
import { readXml } from './xml-events.ts';

/** Books: the chapters of the package's spine, in reading order (EPUB 2 and 3). */
export async function readEpub(bytes: Uint8Array, wish: Wish): Promise<Extraction> {
  const archive = new Archive(bytes, (name) => /\.(?:x?html?|xml|opf)$/i.test(name));
  const book = packageOf(archive);
  return readSections(
    {
      kind: 'chapter',
      total: book.chapters.length,
      about: book.about,
      leftOut: counted(archive.count(/\.(?:jpe?g|png|gif|webp|svg)$/i), 'picture', 'pictures'),
      write(number, into) {
        markupText(archive.text(book.chapters[number - 1] ?? '') ?? '', into);
      },
    },
    wish,
  );
}

function packageOf(archive: Archive): { chapters: string[]; about: Record<string, string> } {
  let path: string | undefined;
  readXml(archive.need('META-INF/container.xml'), {
    open(name, attributes) {
      if (name.endsWith('rootfile')) path ??= attributes['full-path'];
    },
  });
  if (path === undefined) throw new UnreadableDocument('It names no package document.');
  const base = path;
  const items = new Map<string, string>();
  const chapters: string[] = [];
  const about: Record<string, string> = {};
  let field: 'title' | 'author' | undefined;
  readXml(archive.need(base), {
    open(name, { id, href, idref }) {
      const local = name.replace(/^.*:/, '');
      if (local === 'item' && id !== undefined && href !== undefined)
        items.set(id, resolve(base, decoded(href)));
      else if (local === 'itemref') {
        const item = items.get(idref ?? '');
        if (item !== undefined) chapters.push(item);
      } else if (name === 'dc:title') field = 'title';
      else if (name === 'dc:creator') field = 'author';
    },
    text(text) {
      if (field !== undefined) about[field] ??= text.trim();
    },
    close() {
      field = undefined;
    },
  });
  return { chapters, about };
}

function decoded(href: string): string {
  try {
    return decodeURIComponent(href);
  } catch {
    return href;
  }
}
