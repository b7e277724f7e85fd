import { RelayError } from '../../errors.ts';
import type { Component, ContentLine } from './content-lines.ts';

/** An attendee or organizer as tools show it. */
export interface Person {
  readonly email: string;
  readonly name?: string;
  readonly role?: string;
  readonly status?: string;
  readonly rsvp?: boolean;
}

/** Who invites: the address Nextcloud knows the user by. */
export interface Organizer {
  readonly email: string;
  readonly name: string | undefined;
}

const ROLES: Readonly<Record<string, string>> = {
  CHAIR: 'chair',
  'REQ-PARTICIPANT': 'required',
  'OPT-PARTICIPANT': 'optional',
  'NON-PARTICIPANT': 'informed',
};

const AS_GUEST = {
  CUTYPE: 'INDIVIDUAL',
  ROLE: 'REQ-PARTICIPANT',
  PARTSTAT: 'NEEDS-ACTION',
  RSVP: 'TRUE',
};
const AS_ORGANIZER = { CUTYPE: 'INDIVIDUAL', ROLE: 'CHAIR', PARTSTAT: 'ACCEPTED' };

export function attendeesOf(component: Component): Person[] {
  return component.lines('ATTENDEE').map((line) => ({
    ...personOf(line),
    role: ROLES[line.parameter('ROLE')[0]?.toUpperCase() ?? 'REQ-PARTICIPANT'] ?? 'required',
    status: (line.parameter('PARTSTAT')[0] ?? 'NEEDS-ACTION').toUpperCase(),
    rsvp: line.parameter('RSVP')[0]?.toUpperCase() === 'TRUE',
  }));
}

export function organizerOf(component: Component): Person | undefined {
  const line = component.first('ORGANIZER');
  return line === undefined ? undefined : personOf(line);
}

function personOf(line: ContentLine): Person {
  const name = line.parameter('CN')[0];
  return { email: addressOf(line), ...(name === undefined || name === '' ? {} : { name }) };
}

function addressOf(line: ContentLine): string {
  return line.value.replace(/^mailto:/i, '');
}

/**
 * Makes these addresses the attendees: those that stay keep their line with role and answer, others go, new ones are
 * asked to answer. The organizer is added where there is none, since only then does Nextcloud send invitations.
 */
export function setAttendees(
  component: Component,
  addresses: readonly string[],
  organizer: Organizer | undefined,
): void {
  const wanted = new Map(addresses.map((address) => [address.toLowerCase(), address]));
  for (const line of component.lines('ATTENDEE')) {
    const address = addressOf(line).toLowerCase();
    if (!wanted.delete(address)) component.remove(line);
  }
  for (const address of wanted.values()) {
    const own = address.toLowerCase() === organizer?.email.toLowerCase();
    component.add('ATTENDEE', mailto(address), own ? AS_ORGANIZER : AS_GUEST);
  }
  if (organizer === undefined) return;
  const current = component.first('ORGANIZER');
  if (addresses.length > 0 && current === undefined) {
    const name = organizer.name === undefined ? {} : { CN: organizer.name };
    component.add('ORGANIZER', mailto(organizer.email), name);
  }
  const own =
    current !== undefined && addressOf(current).toLowerCase() === organizer.email.toLowerCase();
  if (addresses.length === 0 && own) component.remove('ORGANIZER');
}

/** @throws RelayError `invalid_argument` for what is no e-mail address */
export function mailto(address: string): string {
  if (!/^[^\s@<>",;:\\]+@[^\s@<>",;:\\]+$/.test(address)) {
    throw new RelayError('invalid_argument', `Not an e-mail address: '${address}'.`);
  }
  return `mailto:${address}`;
}
