import { Parser } from 'htmlparser2';

export type Attributes = Readonly<Record<string, string>>;

export interface XmlEvents {
  open?(name: string, attributes: Attributes): void;
  text?(text: string): void;
  close?(name: string): void;
}

/** Reads XML as events, without prefixes' meaning and without ever expanding an entity of a DTD. */
export function readXml(xml: string, events: XmlEvents): void {
  parse(xml, events, true);
}

/** Same for HTML as it is found. */
export function readHtml(html: string, events: XmlEvents): void {
  parse(html, events, false);
}

function parse(source: string, events: XmlEvents, xmlMode: boolean): void {
  const parser = new Parser(
    {
      onopentag: (name, attributes) => events.open?.(name, attributes),
      ontext: (text) => events.text?.(text),
      onclosetag: (name) => events.close?.(name),
    },
    { xmlMode, decodeEntities: true },
  );
  parser.end(source);
}
