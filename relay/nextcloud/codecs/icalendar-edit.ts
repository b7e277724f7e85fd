import { RelayError } from '../../errors.ts';
import { escapeText } from './content-lines.ts';
import type { Component } from './content-lines.ts';
import { colorName } from './icalendar-color.ts';

/** Fields that events and tasks share. Undefined keeps, an empty text or list clears. */
export interface Fields {
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly location?: string | undefined;
  readonly url?: string | undefined;
  readonly status?: string | undefined;
  readonly priority?: number | undefined;
  readonly privacy?: string | undefined;
  readonly categories?: readonly string[] | undefined;
  readonly color?: string | undefined;
}

const STATUSES: Readonly<Record<string, readonly string[]>> = {
  VEVENT: ['CONFIRMED', 'TENTATIVE', 'CANCELLED'],
  VTODO: ['NEEDS-ACTION', 'IN-PROCESS', 'COMPLETED', 'CANCELLED'],
};
const CLASSES = ['PUBLIC', 'PRIVATE', 'CONFIDENTIAL'];

/** How each field is written, and the property it lives in. */
const WRITERS: {
  readonly [Field in keyof Fields]-?: readonly [
    property: string,
    write: (component: Component, value: NonNullable<Fields[Field]>) => void,
  ];
} = {
  title: ['SUMMARY', (component, value) => component.setText('SUMMARY', value)],
  description: ['DESCRIPTION', (component, value) => component.setText('DESCRIPTION', value)],
  location: ['LOCATION', (component, value) => component.setText('LOCATION', value)],
  url: ['URL', (component, value) => setOrRemove(component, 'URL', uriOf(value))],
  status: [
    'STATUS',
    (component, value) => setChoice(component, 'STATUS', value, statusesOf(component)),
  ],
  priority: [
    'PRIORITY',
    (component, value) => setOrRemove(component, 'PRIORITY', priorityOf(value)),
  ],
  privacy: ['CLASS', (component, value) => setChoice(component, 'CLASS', value, CLASSES)],
  categories: ['CATEGORIES', setCategories],
  color: [
    'COLOR',
    (component, value) => setOrRemove(component, 'COLOR', value === '' ? '' : colorName(value)),
  ],
};

/** Changes fields of one component. @throws RelayError `invalid_argument` */
export function setFields(component: Component, fields: Fields): void {
  for (const field of Object.keys(WRITERS) as (keyof Fields)[])
    writeField(component, fields, field);
}

/**
 * Changes fields of a whole series. An exception follows where it said the same as the series; what was changed for
 * one instance only stays.
 */
export function setFieldsOfSeries(
  master: Component,
  exceptions: readonly Component[],
  fields: Fields,
): void {
  for (const field of Object.keys(WRITERS) as (keyof Fields)[]) {
    if (fields[field] === undefined) continue;
    const [property] = WRITERS[field];
    const before = valuesOf(master, property);
    const following = exceptions.filter((exception) => valuesOf(exception, property) === before);
    for (const component of [master, ...following]) writeField(component, fields, field);
  }
}

function writeField(component: Component, fields: Fields, field: keyof Fields): void {
  const value = fields[field];
  // the table pairs each field with the writer of its type
  const write = WRITERS[field][1] as (component: Component, value: unknown) => void;
  if (value !== undefined) write(component, value);
}

function valuesOf(component: Component, property: string): string {
  return component
    .lines(property)
    .map((line) => line.value)
    .join('\n');
}

function setOrRemove(component: Component, name: string, value: string): void {
  if (value === '') component.remove(name);
  else component.set(name, value);
}

function setChoice(
  component: Component,
  name: string,
  value: string,
  allowed: readonly string[],
): void {
  const upper = value.trim().toUpperCase();
  if (upper !== '' && !allowed.includes(upper)) {
    throw new RelayError('invalid_argument', `'${value}' is not one of ${allowed.join(', ')}.`);
  }
  setOrRemove(component, name, upper);
}

function statusesOf(component: Component): readonly string[] {
  return STATUSES[component.name] ?? [];
}

function priorityOf(value: number): string {
  if (!Number.isInteger(value) || value < 0 || value > 9) {
    throw new RelayError(
      'invalid_argument',
      'The priority is a number from 0 (none) to 9 (lowest); 1 is the highest.',
    );
  }
  return value === 0 ? '' : String(value);
}

function uriOf(value: string): string {
  // a URI holds no white space; encoded it can do no harm
  return value.trim().replace(/[\0-\x20\x7f]/g, (char) => encodeURIComponent(char));
}

/** All categories in the first line, where there is one; further lines go. */
function setCategories(component: Component, categories: readonly string[]): void {
  const [, ...others] = component.lines('CATEGORIES');
  for (const line of others) component.remove(line);
  const value = categories
    .map((category) => category.trim())
    .filter((category) => category !== '')
    .map(escapeText)
    .join(',');
  setOrRemove(component, 'CATEGORIES', value);
}
