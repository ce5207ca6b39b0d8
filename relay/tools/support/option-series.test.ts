import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import type { OptionClass } from '../../gateway/options/options.ts';
import { seriesExpiring, standardSeries } from './option-series.ts';

function classOf(tradingClass: string, strikes: number, expiries: readonly string[]): OptionClass {
  const listed = Array.from({ length: strikes }, (_, index) => 100 + index);
  return { tradingClass, exchange: 'SMART', multiplier: 100, expiries, strikes: listed };
}

const underlying = (symbol: string) => ({ details: { contract: { symbol } } }) as unknown as Instrument;

function standard(symbol: string, classes: readonly OptionClass[], text: string) {
  const found = standardSeries(seriesExpiring(classes, text), underlying(symbol));
  return found && [found.series.optionClass.tradingClass, found.series.expiry, found.note?.slice(0, 22)];
}

describe('the standard expiry of a month', () => {
  it('is on the third Friday, or the day before it when that is a holiday', () => {
    const weekly = classOf('AAPL', 50, ['20261204', '20261211', '20261218', '20261224', '20261231']);
    expect(standard('AAPL', [weekly], 'DEC26')).toEqual(['AAPL', '20261218', '2026-12 has 5 expiries']);
    const goodFriday = classOf('AAPL', 50, ['20300412', '20300418', '20300426']);
    expect(standard('AAPL', [goodFriday], '203004')).toEqual(['AAPL', '20300418', '2030-04 has 3 expiries']);
  });

  it('is in the class that is called like the underlying, else in the largest', () => {
    const daily = classOf('SPXW', 900, ['20261216', '20261217', '20261218', '20261231']);
    const monthly = classOf('SPX', 300, ['20261217', '20270114']);
    expect(standard('SPX', [daily, monthly], '2026-12')?.slice(0, 2)).toEqual(['SPX', '20261217']);
    const fridays = [classOf('LO3', 40, ['20261218']), classOf('LO', 400, ['20261216'])];
    expect(standard('CL', fridays, '202612')?.slice(0, 2)).toEqual(['LO', '20261216']);
  });

  it('is said only where the month has others', () => {
    const only = [classOf('SPY', 10, ['20270319', '20270416'])];
    expect(standard('SPY', only, 'MAR27')).toEqual(['SPY', '20270319', undefined]);
    expect(standard('SPY', only, 'soon')).toBeUndefined();
  });

  it.each(['MAR27', '2027-03-19'])('is of the class called like the underlying on one day, too: %s', (text) => {
    const classes = [classOf('SPY', 10, ['20270319', '20270416']), classOf('2SPY', 20, ['20270319'])];
    const found = standardSeries(seriesExpiring(classes, text), underlying('SPY'));
    expect(found?.series).toMatchObject({ expiry: '20270319', optionClass: { tradingClass: 'SPY' } });
    expect(found?.note).toBe('On 2027-03-19 the classes 2SPY and SPY expire; this is SPY.');
  });

  it('lies on a Friday between the 15th and the 21st where every day has one', () =>
    fc.assert(
      fc.property(fc.integer({ min: 2020, max: 2099 }), fc.integer({ min: 1, max: 12 }), (year, month) => {
        const wanted = `${year}${String(month).padStart(2, '0')}`;
        const days = Array.from({ length: 28 }, (_, day) => `${wanted}${String(day + 1).padStart(2, '0')}`);
        const day = Number(standard('SPY', [classOf('SPY', 1, days)], wanted)?.[1]?.slice(6));
        expect(day).toBeGreaterThanOrEqual(15);
        expect(day).toBeLessThanOrEqual(21);
        expect(new Date(Date.UTC(year, month - 1, day)).getUTCDay()).toBe(5);
      }),
    ));
});
