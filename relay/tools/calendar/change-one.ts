import { objectZones } from '../../nextcloud/codecs/icalendar.ts';
import { masterOf } from '../../nextcloud/codecs/icalendar-series.ts';
import { eventView } from '../../nextcloud/codecs/icalendar-view.ts';
import type { ToolContext } from '../tool.ts';
import { editObject } from './edit-object.ts';
import type { Target, Written } from './edit-object.ts';
import { placeOf, writtenAnswer } from './event-answer.ts';
import type { View } from './event-answer.ts';
import { changeEvent } from './event-change.ts';
import type { ChangeContext, EventChange } from './event-change.ts';
import type { ReadingZone } from './when.ts';

/** Which event is to be changed, and what the change has to know. */
export interface Place {
  readonly target: Target;
  readonly changing: ChangeContext;
}

/** What was written. */
export interface Changed extends Written {
  /** Zone in which times were read, when there were any. */
  readonly reading: ReadingZone | undefined;
  /** The series that ends before the changed instances, when they became one of their own. */
  readonly earlier?: Written;
}

/** Changes an event, a series or one instance of it. */
export async function changeOne(
  context: ToolContext,
  { target, changing }: Place,
  change: EventChange,
): Promise<Changed> {
  let reading: ReadingZone | undefined;
  const { object } = await editObject(context, target, (file) => {
    reading = changeEvent(file, change, changing);
  });
  return { object, status: 200, reading };
}

export function changedAnswer({ object, status, reading, earlier }: Changed): View {
  const answer = writtenAnswer(object, status, reading);
  if (earlier === undefined) return answer;
  return {
    ...answer,
    earlier_series: endedView(earlier),
    note: 'These instances are a series of their own now; the earlier one ends before them.',
  };
}

/** What is left of a series that was cut off. */
export function endedView({ object, status }: Written): View {
  const event = masterOf(object.content.components('VEVENT'));
  const view: View = event === undefined ? {} : eventView(event, objectZones(object.content));
  return {
    uid: view['uid'],
    recurrence_rule: view['recurrence_rule'],
    ...placeOf(object),
    status_code: status,
  };
}
