import { Archive } from './archive.ts';
import type { Extraction, Wish } from './document.ts';
import { relationshipsOf } from './relationships.ts';
import { counted, readSections } from './sections.ts';
import type { TextBuilder } from './text-builder.ts';
import { tableRow } from './text-builder.ts';
import { readXml } from './xml-events.ts';

const MAIN = 'ppt/presentation.xml';
const PARTS = /^ppt\/(?:presentation\.xml|_rels\/|slides\/|notesSlides\/)/;

/** PowerPoint: slides in the order they are shown, each with its notes. */
export async function readPptx(bytes: Uint8Array, wish: Wish): Promise<Extraction> {
  const archive = new Archive(bytes, (name) => PARTS.test(name) && /\.(?:xml|rels)$/.test(name));
  const targets = relationshipsOf(archive, MAIN);
  const slides: string[] = [];
  readXml(archive.need(MAIN), {
    open(name, attributes) {
      const target = name === 'p:sldId' ? targets.get(attributes['r:id'] ?? '') : undefined;
      if (target !== undefined) slides.push(target);
    },
  });
  return readSections(
    {
      kind: 'slide',
      total: slides.length,
      leftOut: counted(archive.count(/^ppt\/media\//), 'picture or clip', 'pictures and clips'),
      write(number, into) {
        const slide = slides[number - 1] ?? '';
        into.block(`## Slide ${String(number)}`);
        writeShapes(archive.text(slide) ?? '', into);
        const notes = [...relationshipsOf(archive, slide).values()].find((part) =>
          part.startsWith('ppt/notesSlides/'),
        );
        if (notes === undefined) return;
        into.block('Notes:');
        writeShapes(archive.text(notes) ?? '', into);
      },
    },
    wish,
  );
}

function writeShapes(xml: string, into: TextBuilder): void {
  let text = '';
  let inText = false;
  let cells: string[] | undefined;
  let isField = false;
  readXml(xml, {
    open(name, { type }) {
      if (name === 'a:p' && cells === undefined) text = '';
      else if (name === 'a:t') inText = !isField;
      else if (name === 'a:br') text += '\n';
      // the slide's own number, on every slide
      else if (name === 'a:fld') isField = type === 'slidenum';
      else if (name === 'a:tr') cells = [];
    },
    text(piece) {
      if (inText) text += piece;
    },
    close(name) {
      if (name === 'a:t') inText = false;
      else if (name === 'a:fld') isField = false;
      else if (name === 'a:p') {
        if (cells === undefined) into.line(text);
        else text += ' ';
      } else if (name === 'a:tc') {
        cells?.push(text);
        text = '';
      } else if (name === 'a:tr') {
        into.line(tableRow(cells ?? []));
        cells = undefined;
      }
    },
  });
}
