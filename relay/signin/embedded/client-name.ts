const LONGEST_NAME = 60;

/**
 * A client's own name, fit to be shown: no control, format or direction characters (they can hide or turn round what
 * stands beside), one line, at most 60 characters. Undefined when nothing is left.
 */
export function shownName(name: unknown): string | undefined {
  if (typeof name !== 'string') return undefined;
  const plain = name
    .slice(0, 1000)
    .normalize('NFKC')
    .replace(/[\p{C}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim();
  const short = Array.from(plain).slice(0, LONGEST_NAME).join('').trim();
  return short === '' ? undefined : short;
}

/**
 * Letters of other scripts that pass for Latin ones, and digits that pass for letters: every script that can write a
 * whole name so. By hand, because Unicode's own table takes most of its room for what nobody could read as a name.
 */
const LOOKS_LIKE: Readonly<Record<string, string>> = {
  ...pairs('авԁеѕіјӏкмнорԛгтуԝхһсп', 'abdesijlkmhopqrtywxhcn'),
  ...pairs('αβεηικνορτυχω', 'abenikvoptuxw'),
  ...pairs('ɑɡıⅼɩ', 'agill'),
  ...pairs('łøđħŧƈɗςϳ', 'lodhtcdcj'),
  ...pairs('ᴀʙᴄᴅᴇꜰɢʜɪᴊᴋʟᴍɴᴏᴘʀꜱᴛᴜᴠᴡʏᴢ', 'abcdefghijklmnoprstuvwyz'),
  ...pairs('օսոհցզյ', 'ounhgqj'),
  ...pairs('ⲟⲥⲣⲭⲏⲕⲙⲛⲧⲩ', 'ocpxhkmnty'),
  ...pairs('ᎪᏴᏟᎠᎬᏀᎻᎥᎫᏦᏞᎷᏢᏒᏚᎢᏙᎳᏃᎩ', 'abcdeghijklmprstvwzy'),
  ...pairs('ꓮꓐꓚꓓꓰꓝꓖꓧꓲꓙꓗꓡꓟꓠꓳꓑꓣꓢꓔꓴꓦꓪꓫꓬꓜ', 'abcdefghijklmnoprstuvwxyz'),
  ...pairs('0135@$|!', 'olesasll'),
};

function pairs(from: string, to: string): Record<string, string> {
  const letters = Array.from(to);
  return Object.fromEntries(
    Array.from(from.toLowerCase(), (letter, index) => [letter, letters[index] ?? letter]),
  );
}

/** What is left of a name to the eye: case, accents, spaces and foreign look-alike letters do not count. */
export function skeleton(name: string): string {
  const folded = name
    .normalize('NFKD')
    .toLowerCase()
    .replace(/\p{M}/gu, '')
    .replace(/./gu, (letter) => LOOKS_LIKE[letter] ?? letter)
    .replace(/[^\p{L}\p{N}]/gu, '');
  // i and l look the same in many typefaces, and rn like m
  return folded.replace(/rn/g, 'm').replace(/vv/g, 'w').replace(/i/g, 'l');
}

interface WellKnownClient {
  readonly name: string;
  /** Its answers go to these or below. None: nobody is called so. */
  readonly hosts: readonly string[];
}

/** Clients that many people know by name, with the hosts their answers go to. Desktop ones answer on the computer. */
const WELL_KNOWN: readonly WellKnownClient[] = [
  { name: 'Claude', hosts: ['claude.ai', 'claude.com'] },
  { name: 'Claude Desktop', hosts: ['claude.ai', 'claude.com'] },
  { name: 'Claude Code', hosts: ['claude.ai', 'claude.com'] },
  { name: 'ChatGPT', hosts: ['chatgpt.com', 'openai.com'] },
  { name: 'OpenAI', hosts: ['chatgpt.com', 'openai.com'] },
  { name: 'Cursor', hosts: ['cursor.com'] },
  { name: 'Visual Studio Code', hosts: ['vscode.dev', 'visualstudio.com'] },
  { name: 'VS Code', hosts: ['vscode.dev', 'visualstudio.com'] },
  { name: 'GitHub Copilot', hosts: ['github.com', 'vscode.dev'] },
  { name: 'Gemini', hosts: ['google.com'] },
  { name: 'Le Chat', hosts: ['mistral.ai'] },
  { name: 'Perplexity', hosts: ['perplexity.ai'] },
  { name: 'Nextcloud', hosts: [] },
];

/** A client that goes by a name. */
export interface NamedClient {
  readonly id: string;
  readonly name: string;
  /** Host of the redirect address or metadata document; undefined: the person's own computer, or not known. */
  readonly host: string | undefined;
}

/**
 * The name of a client that this one could be taken for: one the person allowed before, or a well-known one that
 * answers from elsewhere. The same name at the same place is a second computer, or a client that registered anew.
 * Undefined when there is none.
 */
export function looksLike(
  claimant: NamedClient,
  allowed: readonly NamedClient[],
): string | undefined {
  const { id, host } = claimant;
  const earlier = allowed.find(
    (known) =>
      known.id !== id &&
      isAlike(claimant, known) &&
      !(isSpelled(claimant, known) && known.host === host),
  );
  if (earlier !== undefined) return earlier.name;
  const known = WELL_KNOWN.find(
    (client) => isAlike(claimant, client) || isAlike(claimant, { name: `${client.name} AI` }),
  );
  if (known === undefined) return undefined;
  // Desktop clients register on every computer, under names everybody knows.
  const isOwn =
    host === undefined
      ? known.hosts.length > 0 && isSpelled(claimant, known)
      : isAt(host, known.hosts);
  return isOwn ? undefined : known.name;
}

/** To the eye. */
export function isAlike(one: { readonly name: string }, other: { readonly name: string }): boolean {
  return skeleton(one.name) === skeleton(other.name);
}

function isSpelled(one: { readonly name: string }, other: { readonly name: string }): boolean {
  return one.name.toLowerCase() === other.name.toLowerCase();
}

function isAt(host: string, hosts: readonly string[]): boolean {
  return hosts.some((known) => host === known || host.endsWith(`.${known}`));
}
