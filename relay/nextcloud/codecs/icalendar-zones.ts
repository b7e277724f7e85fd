import { RelayError } from '../../errors.ts';

/** A time zone: how far local time is ahead of UTC. */
export interface Zone {
  /** IANA name, `UTC`, or the TZID of a zone that only its own calendar file defines. */
  readonly id: string;
  /** Seconds east of UTC at an instant (milliseconds since 1970). */
  offsetAt(instant: number): number;
}

export const UTC: Zone = { id: 'UTC', offsetAt: () => 0 };

/** Names that Outlook and Exchange write instead of IANA names (Unicode CLDR `windowsZones`, the inhabited ones). */
const WINDOWS_NAMES: Readonly<Record<string, string>> = {
  'Arab Standard Time': 'Asia/Riyadh',
  'Argentina Standard Time': 'America/Argentina/Buenos_Aires',
  'AUS Eastern Standard Time': 'Australia/Sydney',
  'Atlantic Standard Time': 'America/Halifax',
  'Central Europe Standard Time': 'Europe/Budapest',
  'Central European Standard Time': 'Europe/Warsaw',
  'Central Standard Time': 'America/Chicago',
  'China Standard Time': 'Asia/Shanghai',
  'E. Europe Standard Time': 'Europe/Chisinau',
  'E. South America Standard Time': 'America/Sao_Paulo',
  'Eastern Standard Time': 'America/New_York',
  'Egypt Standard Time': 'Africa/Cairo',
  'FLE Standard Time': 'Europe/Kiev',
  'GMT Standard Time': 'Europe/London',
  'GTB Standard Time': 'Europe/Bucharest',
  'Greenwich Standard Time': 'Atlantic/Reykjavik',
  'India Standard Time': 'Asia/Kolkata',
  'Israel Standard Time': 'Asia/Jerusalem',
  'Korea Standard Time': 'Asia/Seoul',
  'Mountain Standard Time': 'America/Denver',
  'New Zealand Standard Time': 'Pacific/Auckland',
  'Pacific Standard Time': 'America/Los_Angeles',
  'Romance Standard Time': 'Europe/Paris',
  'Russian Standard Time': 'Europe/Moscow',
  'SA Pacific Standard Time': 'America/Bogota',
  'SE Asia Standard Time': 'Asia/Bangkok',
  'Singapore Standard Time': 'Asia/Singapore',
  'South Africa Standard Time': 'Africa/Johannesburg',
  'Tokyo Standard Time': 'Asia/Tokyo',
  'Turkey Standard Time': 'Europe/Istanbul',
  'US Mountain Standard Time': 'America/Phoenix',
  'W. Australia Standard Time': 'Australia/Perth',
  'W. Europe Standard Time': 'Europe/Berlin',
};

const known = new Map<string, Zone | undefined>();

/** A zone by IANA or Windows name, or by the paths some clients prefix it with; undefined when unknown. */
export function zoneNamed(name: string): Zone | undefined {
  if (!known.has(name)) {
    // bounded: names come from calendar files
    if (known.size > 2000) known.clear();
    known.set(name, findZone(name));
  }
  return known.get(name);
}

/** The zone an argument names. @throws RelayError `invalid_argument` */
export function zoneArgument(name: string): Zone {
  const zone = zoneNamed(name.trim());
  if (zone === undefined) {
    throw new RelayError('invalid_argument', `Unknown time zone '${name}'.`, {
      hint: 'Use an IANA name like Europe/Berlin, or UTC.',
    });
  }
  return zone;
}

function findZone(name: string): Zone | undefined {
  const plain = name.replace(/^\/(?:[^/]+\/)*?(?=[A-Z][A-Za-z_]+\/)/, '');
  for (const candidate of [name, WINDOWS_NAMES[name], plain]) {
    if (candidate === undefined || /^[+-]/.test(candidate)) continue;
    if (/^(?:UTC|GMT|Z|Etc\/(?:UTC|GMT|Zulu|UCT|Greenwich|Universal))$/i.test(candidate))
      return UTC;
    try {
      return intlZone(candidate);
    } catch {
      continue;
    }
  }
  return undefined;
}

function intlZone(name: string): Zone {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: name,
    hourCycle: 'h23',
    era: 'short',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return {
    id: name,
    offsetAt(instant) {
      const whole = Math.floor(instant / 1000) * 1000;
      const part = Object.fromEntries(
        format.formatToParts(whole).map(({ type, value }) => [type, Number(value)]),
      ) as Record<string, number>;
      const wall = Date.UTC(
        part['year'] ?? 1970,
        (part['month'] ?? 1) - 1,
        part['day'],
        part['hour'],
        part['minute'],
        part['second'],
      );
      return (wall - whole) / 1000;
    },
  };
}

export const DAY = 86_400_000;

/**
 * The instant of a local time, both in milliseconds. A time that the spring change skips is read with the offset
 * before the change, one that occurs twice is the first (RFC 5545 section 3.3.5).
 */
export function instantOfWall(wall: number, zone: Zone): number {
  const before = zone.offsetAt(wall - DAY) * 1000;
  const after = zone.offsetAt(wall + DAY) * 1000;
  if (before === after) return wall - before;
  if (zone.offsetAt(wall - before) * 1000 === before) return wall - before;
  if (zone.offsetAt(wall - after) * 1000 === after) return wall - after;
  return wall - before;
}

export function wallOfInstant(instant: number, zone: Zone): number {
  return instant + zone.offsetAt(instant) * 1000;
}
