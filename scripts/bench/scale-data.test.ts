import { expect } from 'chai';
import { parseCalendar } from '../../relay/nextcloud/codecs/icalendar.ts';
import { openCard } from '../../relay/nextcloud/codecs/vcard.ts';
import { cardAt } from './scale-cards.ts';
import { SIZES } from './scale-data.ts';
import { eventAt, isForeign, uidOf } from './scale-events.ts';
import { bulkBody, fileAt } from './scale-files.ts';

const numbers = (count: number): number[] => Array.from({ length: count }, (_, at) => at);

describe('data for measuring scale', () => {
  it('has distinct names and the UIDs it says', () => {
    const events = numbers(SIZES.events).map(eventAt);
    const cards = numbers(SIZES.cards).map(cardAt);
    const files = numbers(SIZES.files).map(fileAt);
    for (const made of [events, cards, files]) {
      expect(new Set(made.map(({ name }) => name)).size).to.equal(made.length);
    }
    for (const at of [0, 7, 250, 251, 4997]) {
      const [event] = parseCalendar(eventAt(at).content).components('VEVENT');
      expect(event?.text('UID')).to.equal(uidOf('event', at));
      expect(openCard(cardAt(at).content).card.text('UID')).to.equal(uidOf('card', at));
    }
  });

  it('calls every tenth object otherwise than its UID', () => {
    const foreign = numbers(100).filter((at) => eventAt(at).name !== `${uidOf('event', at)}.ics`);
    expect(foreign).to.deep.equal(numbers(100).filter(isForeign));
  });

  it('ends a bulk body as the server wants it, with lengths in bytes', () => {
    const { type, body } = bulkBody('/there', [{ name: 'ä.txt', content: 'ä' }]);
    const [, boundary = ''] = /boundary=(.+)$/.exec(type) ?? [];
    expect(body).to.include('Content-Length: 2\r\n');
    expect(body.endsWith(`\r\n--${boundary}--\r\n`)).to.equal(true);
  });
});
