import { expect } from 'chai';
import { dayArgument, instantArgument } from './time-argument.ts';

describe('times in arguments', () => {
  it('knows a day of the calendar', () => {
    expect(dayArgument('2028-02-29', 'day')).to.equal('2028-02-29');
    for (const text of ['2027-02-29', 'tomorrow', '2027-1-1', '2027-01-01T00:00:00Z', '']) {
      expect(() => dayArgument(text, 'day'), text).to.throw("Argument 'day' is no date");
    }
  });

  it('takes a time only with its zone', () => {
    expect(instantArgument('2027-03-01T09:00+01:00', 'at').toISOString()).to.equal(
      '2027-03-01T08:00:00.000Z',
    );
    for (const text of ['2027-03-01T09:00:00', '2027-03-01', '2027-13-01T09:00:00Z', 'noon']) {
      expect(() => instantArgument(text, 'at'), text).to.throw("Argument 'at' is no time");
    }
  });
});
