import { describe, expect, it } from 'vitest';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { endOf, isAmerican } from './option-end.ts';

type Told = Pick<Instrument, 'details' | 'marketZone'>;

function told(marketZone: string | undefined, liquidHours: string, lastTradeTime?: string): Told {
  const contract = { lastTradeDateOrContractMonth: '20261218' };
  return { marketZone, details: { contract, liquidHours, lastTradeTime } as Instrument['details'] };
}

const chicago = 'America/Chicago';
const day = '20261218:0830-20261218:1600';

describe('the end of an option', () => {
  it.each([
    ['by the time that IB names', told(chicago, day, '20261218 08:30:00 US/Central'), '2026-12-18T14:30:00Z', false],
    ['by that time in UTC', told(chicago, day, '20261218-14:30:00'), '2026-12-18T14:30:00Z', false],
    [
      'by its hours, where IB names another day',
      told(chicago, day, '20261217-14:30:00'),
      '2026-12-18T22:00:00Z',
      false,
    ],
    ['by its hours, where IB names no time', told(chicago, day), '2026-12-18T22:00:00Z', false],
    ['by the usual time, where the zone of the hours is unknown', told(undefined, day), '2026-12-18T21:00:00Z', true],
  ])('is known %s', (_, listed, at, usual) => {
    const end = endOf('20261218', undefined, listed);
    expect({ at: new Date(end.at).toISOString().replace('.000', ''), usual: end.usual }).toEqual({ at, usual });
  });
});

describe('the exercise of an option', () => {
  const on = (secType: string, symbol: string) =>
    ({ secType, details: { contract: { symbol } } }) as Pick<Instrument, 'secType' | 'details'>;

  // CME's own words: www.cmegroup.com/trading/equity-index/weekly-eom-options-faq.html
  it.each([
    ['a stock', on('STK', 'AAPL'), 'AAPL', true],
    ['an index', on('IND', 'SPX'), 'SPXW', false],
    ['the index that is the exception', on('IND', 'OEX'), 'OEX', true],
    ['a future, of the quarter', on('FUT', 'ES'), 'ES', true],
    ['a future, of a week', on('FUT', 'ES'), 'EW1', false],
    ['a future, of the end of a month', on('FUT', 'ES'), 'EW', false],
    ['oil', on('FUT', 'CL'), 'LO', true],
    ['what is unknown', undefined, 'XYZ', true],
  ])('on %s is known', (_, underlying, tradingClass, american) => {
    expect(isAmerican(underlying, tradingClass)).toBe(american);
  });
});
