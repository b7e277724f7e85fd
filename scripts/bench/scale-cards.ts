import { createHash } from 'node:crypto';
import { nameOf, uidOf } from './scale-events.ts';
import type { Stored } from './scale-events.ts';

const GIVEN = ['Ada', 'Grace', 'Jürgen', 'Mary', 'Linus', 'Zoë', 'Paul', 'Ines', 'Otto', 'Wanda'];
const FAMILY = [
  'Lovelace',
  'Hopper',
  'Müller',
  'Smith',
  'Novák',
  'Rossi',
  'Silva',
  'Weber',
  'Lind',
];
const COMPANIES = ['Acme', 'Globex', 'Initech', 'Umbrella', 'Hooli', 'Stark', 'Wayne'];

/** The one card that is looked for by name, and by number. */
export const WANTED = {
  number: 4321,
  name: 'Zaphod Beeblebrox',
  phone: '+49 170 5554321',
} as const;

/** An ordinary address book's mix: versions 3 and 4, some with a photo or a birthday. */
export function cardAt(number: number): Stored {
  const [given, family] = nameAt(number);
  const mail = `person.${String(number)}@${(COMPANIES[number % 7] ?? '').toLowerCase()}.example`;
  const phone = `+49 170 5${String(550_000 + number).padStart(6, '0')}`;
  const lines = [
    'BEGIN:VCARD',
    `VERSION:${number % 5 === 0 ? '4.0' : '3.0'}`,
    'PRODID:-//Scale bench//EN',
    `UID:${uidOf('card', number)}`,
    `FN:${given} ${family}`,
    `N:${family};${given};;;`,
    `ORG:${COMPANIES[number % 7] ?? ''};Department ${String(number % 12)}`,
    `EMAIL;TYPE=WORK:${mail}`,
    `EMAIL;TYPE=HOME:home.${mail}`,
    `TEL;TYPE=CELL:${phone}`,
    `ADR;TYPE=HOME:;;Street ${String(number)};Town ${String(number % 90)};;12345;Germany`,
    `NOTE:Met at event ${String(number)}\\, wants the brochure\\nand a call next year`,
    'X-ORIGIN-NOTE:kept by its maker',
    ...(number % 100 === 20 ? ['BDAY:1980-04-05'] : []),
    ...(number % 100 === 51 ? [`PHOTO;ENCODING=b;TYPE=JPEG:${noise(number)}`] : []),
    'END:VCARD',
  ];
  return { name: nameOf('card', number, 'vcf'), content: `${lines.join('\r\n')}\r\n` };
}

function nameAt(number: number): readonly [string, string] {
  if (number === WANTED.number) return ['Zaphod', 'Beeblebrox'];
  return [GIVEN[number % 10] ?? '', FAMILY[Math.floor(number / 10) % 9] ?? ''];
}

/** Some kilobytes that stand for a picture, the same in every run. */
function noise(number: number): string {
  const seeds = Array.from({ length: 128 }, (_, at) => `${String(number)} ${String(at)}`);
  const bytes = seeds.map((seed) => createHash('sha256').update(seed).digest());
  return Buffer.concat(bytes).toString('base64');
}
