import PostalMime from 'postal-mime';
import type { Address, Email } from 'postal-mime';
import type { Extraction, Wish } from './document.ts';
import { markupText } from './markup-text.ts';
import { readSections } from './sections.ts';

/** A stored e-mail: the headers people read, then its text; attachments are named only. */
export async function readEml(bytes: Uint8Array, wish: Wish): Promise<Extraction> {
  const email = await PostalMime.parse(bytes, { maxNestingDepth: 32, maxHeadersSize: 1024 * 1024 });
  const attachments = email.attachments.map(
    ({ filename, mimeType }) => `attachment ${filename ?? 'without a name'} (${mimeType})`,
  );
  return readSections(
    {
      kind: 'document',
      total: 1,
      leftOut: attachments,
      write(_number, into) {
        for (const line of headerLines(email)) into.line(line);
        // a plain text part is what the sender's program made for readers like us
        if (email.text !== undefined && email.text.trim() !== '') into.block(email.text);
        else markupText(email.html ?? '', into);
      },
    },
    wish,
  );
}

function headerLines(email: Email): string[] {
  const people = (list: readonly Address[] | undefined): string =>
    (list ?? []).map(person).join(', ');
  const lines: readonly (readonly [name: string, value: string | undefined])[] = [
    ['From', email.from === undefined ? undefined : person(email.from)],
    ['To', people(email.to)],
    ['Cc', people(email.cc)],
    ['Date', email.date],
    ['Subject', email.subject],
  ];
  return lines.flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [`${name}: ${value}`],
  );
}

function person({ name, address, group }: Address): string {
  if (group !== undefined) return `${name}: ${group.map(person).join(', ')}`;
  return name === '' ? address : `${name} <${address}>`;
}
