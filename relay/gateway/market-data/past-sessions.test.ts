import { expect, it } from 'vitest';
import type { Instrument } from '../contracts/instrument.ts';
import { localToEpoch } from '../time/time-zones.ts';
import { dayBeforeLast, marketOf } from './past-sessions.ts';

const zone = 'America/New_York';
const at = (text: string): number => {
  const [year = 0, month = 1, day = 1, hour = 0] = text.split(/[- ]/).map(Number);
  return localToEpoch(zone, { year, month, day, hour });
};
/** Thanksgiving is the 26th; the last one has not come on any of these days but its own. */
const stock = ['2026-11-24', '2026-11-25', '2026-11-27', '2026-11-30'].map((date) => ({
  date,
  open: at(`${date} 04`),
}));
/** A future's session begins on the evening before. */
const future = [
  { date: '2026-11-27', open: at('2026-11-26 18') },
  { date: '2026-11-30', open: at('2026-11-29 18') },
];

it.each([
  ['2026-11-25 22', stock, '2026-11-24'],
  ['2026-11-26 12', stock, '2026-11-24'],
  ['2026-11-27 01', stock, '2026-11-25'],
  ['2026-11-28 12', stock, '2026-11-25'],
  ['2026-11-29 20', stock, '2026-11-25'],
  ['2026-11-30 02', stock, '2026-11-27'],
  ['2026-11-29 17', future, undefined],
  ['2026-11-29 19', future, '2026-11-27'],
] as const)('at %s in New York a change counts from the close of %j: %s', (now, sessions, day) => {
  expect(dayBeforeLast(sessions, at(now), now.slice(0, 10))).toBe(day);
});

it('an expired contract does not speak for those that still trade', () => {
  const of = (conId: number, lastTradeDateOrContractMonth: string) => {
    const contract = { symbol: 'CL', exchange: 'NYMEX', lastTradeDateOrContractMonth };
    return marketOf({ conId, secType: 'FUT', zone, details: { contract } } as Instrument, '2026-11-25');
  };
  const trading = of(2, '20261221 14:30 US/Eastern');
  expect(of(1, '20261120')).not.toBe(trading);
  expect(of(3, '20261125')).toBe(trading);
  expect(of(4, '20270120')).toBe(trading);
});
