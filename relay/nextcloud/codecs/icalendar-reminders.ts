import { Component, escapeText } from './content-lines.ts';
import { readDuration } from './icalendar-time.ts';
import { mailto } from './icalendar-people.ts';
import type { Organizer } from './icalendar-people.ts';

/** A VALARM as tools show it. */
export interface Reminder {
  /** Minutes before the start (negative: after); absent for reminders at a fixed time. */
  readonly minutes_before?: number;
  /** Fixed time, as it stands in the file. */
  readonly at?: string;
  readonly relative_to?: 'end';
  readonly action: string;
}

export function remindersOf(component: Component): Reminder[] {
  return component.components('VALARM').flatMap((alarm): Reminder[] => {
    const trigger = alarm.first('TRIGGER');
    if (trigger === undefined) return [];
    const action = alarm.text('ACTION')?.toUpperCase() ?? 'DISPLAY';
    const duration = readDuration(trigger.value);
    if (duration === undefined) return [{ at: trigger.value, action }];
    const minutes = -(duration.days * 1440 + duration.seconds / 60);
    const end = trigger.parameter('RELATED')[0]?.toUpperCase() === 'END';
    // -0 is no number to show
    return [
      { minutes_before: minutes || 0, ...(end ? { relative_to: 'end' as const } : {}), action },
    ];
  });
}

export interface ReminderChange {
  /** Minutes before the start; 0 or less takes the reminders away; undefined keeps the time. */
  readonly minutes?: number | undefined;
  readonly email?: boolean | undefined;
  /** Receives the mail of an EMAIL reminder. */
  readonly self: Organizer | undefined;
}

/**
 * Sets the reminder: changes the first one that is relative to the start and shown or mailed, adds one when there is
 * none. Other alarms, and what else clients keep in this one, stay.
 */
export function setReminder(component: Component, { minutes, email, self }: ReminderChange): void {
  const own = component.components('VALARM').filter(isPlain);
  if (minutes !== undefined && minutes <= 0) {
    for (const alarm of own) component.remove(alarm);
    return;
  }
  let [alarm] = own;
  if (alarm === undefined) {
    if (minutes === undefined) return;
    alarm = Component.create('VALARM', component.lineEnd);
    alarm.add('ACTION', 'DISPLAY');
    alarm.add('TRIGGER', triggerOf(minutes));
    alarm.add('DESCRIPTION', escapeText(component.text('SUMMARY') ?? 'Reminder') || 'Reminder');
    component.insert(alarm);
  } else if (minutes !== undefined) {
    alarm.set('TRIGGER', triggerOf(minutes), { VALUE: undefined });
  }
  if (email !== undefined) setAction(alarm, email, component, self);
}

function triggerOf(minutes: number): string {
  return `-PT${Math.round(minutes)}M`;
}

function isPlain(alarm: Component): boolean {
  const action = alarm.text('ACTION')?.toUpperCase();
  const trigger = alarm.first('TRIGGER');
  const atStart = trigger?.parameter('RELATED')[0]?.toUpperCase() !== 'END';
  return (
    (action === 'DISPLAY' || action === 'EMAIL') &&
    atStart &&
    readDuration(trigger?.value ?? '') !== undefined
  );
}

/** An EMAIL alarm needs a subject and someone to write to (RFC 5545 section 3.6.6). */
function setAction(
  alarm: Component,
  email: boolean,
  component: Component,
  self: Organizer | undefined,
): void {
  alarm.set('ACTION', email ? 'EMAIL' : 'DISPLAY');
  if (!email) return;
  if (alarm.first('SUMMARY') === undefined) {
    alarm.add('SUMMARY', escapeText(component.text('SUMMARY') ?? 'Reminder') || 'Reminder');
  }
  if (alarm.first('ATTENDEE') === undefined && self !== undefined) {
    alarm.add('ATTENDEE', mailto(self.email));
  }
}
