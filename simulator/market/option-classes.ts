import { exchangeSchedules } from './exchanges.ts';
import { type FutureClass, futureClasses } from './futures.ts';
import { at, friday, nth, thirdFriday } from './holiday-rules.ts';
import { corn, estx50, spx } from './indices.ts';
import type { Instrument } from './instruments.ts';
import { aapl, listings } from './listings.ts';
import type { MarketRuleId } from './rules.ts';
import { weekday } from './zone.ts';

/** Expiries and strikes of one class of options on one underlying. */
export interface OptionClass {
  /** Part of every contract id of the class. */
  readonly code: number;
  readonly tradingClass: string;
  /** For options on futures, what the futures are on. */
  readonly underlying: Instrument;
  /** Set for options on futures: each option is on the contract that expires with it or next after it. */
  readonly futures?: FutureClass;
  readonly exchanges: readonly string[];
  readonly rule: MarketRuleId;
  readonly multiplier: number;
  /** Every strike is a multiple of this. */
  readonly strikeUnit: number;
  /** Which weekdays have weekly expiries, and for how many weeks. */
  readonly weeklies: { readonly weekdays: readonly number[]; readonly weeks: number; readonly step: number };
  /** Monthly expiries, on third Fridays unless `expiry` says otherwise, for how many months. */
  readonly monthlies: { readonly months: number; readonly step: number };
  /** The day of a month on which its contract expires, or undefined when the month has none. */
  readonly expiry?: (year: number, month: number) => number | undefined;
  /** Whether an option is called by the month after the one in which it expires. */
  readonly monthAfter?: boolean;
  /** Lowest and highest strike of the weeklies as parts of the price when they were listed. */
  readonly span?: readonly [lowest: number, highest: number];
  /** Settled by the opening prices of the expiry: trading ends the day before. */
  readonly settledInTheMorning?: boolean;
}

const equityOptionExchanges = [
  'SMART',
  'AMEX',
  'CBOE',
  'PHLX',
  'PSE',
  'ISE',
  'BOX',
  'BATS',
  'NASDAQOM',
  'CBOE2',
  'EDGX',
  'MIAX',
  'PEARL',
];
const daily = [1, 2, 3, 4, friday];

function listed(conId: number): Instrument {
  const found = listings.find((instrument) => instrument.conId === conId);
  if (!found) throw new RangeError(`${conId} is not listed`);
  return found;
}

const equity = { exchanges: equityOptionExchanges, rule: 32, multiplier: 100 } as const;
const index = { exchanges: ['SMART', 'CBOE'], rule: 109, multiplier: 100, underlying: spx, strikeUnit: 5 } as const;

function futuresNamed(name: string): FutureClass {
  const found = futureClasses.find(({ symbol }) => symbol === name);
  if (!found) throw new RangeError(`there are no futures ${name}`);
  return found;
}

/** Options on futures: their expiries are by the month, from the rule that is given. */
const onFutures = { weeklies: { weekdays: [], weeks: 0, step: 5 }, strikeUnit: 5 } as const;

/** Options on the E-mini: by the month's end, or by which Friday of the month they expire. */
function eMini(code: number, tradingClass: string, months: number, expiry: OptionClass['expiry']): OptionClass {
  return {
    ...onFutures,
    code,
    tradingClass,
    underlying: spx,
    futures: futuresNamed('ES'),
    exchanges: ['CME'],
    rule: 40,
    multiplier: 50,
    monthlies: { months, step: 25 },
    ...(expiry === undefined ? {} : { expiry }),
  };
}

/** Options on grain end on the last Friday that leaves two business days of the month before theirs. */
function grainOptionExpiry(year: number, month: number): number {
  const { grains } = exchangeSchedules;
  const lastBusinessDay = grains.previous((month === 12 ? at(year + 1, 1, 1) : at(year, month + 1, 1)) - 1).day;
  let day = grains.previous(grains.previous(lastBusinessDay - 1).day - 1).day;
  while (weekday(day) !== friday) day -= 1;
  return day;
}

const isQuarterly = (month: number): boolean => month % 3 === 0;

/** Every class of listed options. Codes are for ever: contract ids are made of them. */
export const optionClasses: readonly OptionClass[] = [
  {
    ...equity,
    code: 0,
    tradingClass: 'AAPL',
    underlying: aapl,
    strikeUnit: 2.5,
    weeklies: { weekdays: [friday], weeks: 8, step: 2.5 },
    monthlies: { months: 24, step: 5 },
  },
  {
    ...index,
    code: 1,
    tradingClass: 'SPX',
    settledInTheMorning: true,
    weeklies: { weekdays: [], weeks: 0, step: 10 },
    monthlies: { months: 18, step: 25 },
  },
  {
    ...index,
    code: 2,
    tradingClass: 'SPXW',
    weeklies: { weekdays: [1, 3, friday], weeks: 5, step: 10 },
    monthlies: { months: 0, step: 25 },
  },
  {
    ...equity,
    code: 3,
    tradingClass: 'MSFT',
    underlying: listed(272093),
    strikeUnit: 2.5,
    weeklies: { weekdays: [friday], weeks: 6, step: 5 },
    monthlies: { months: 24, step: 10 },
  },
  {
    ...equity,
    code: 4,
    tradingClass: 'SPY',
    underlying: listed(756733),
    strikeUnit: 1,
    weeklies: { weekdays: daily, weeks: 2, step: 2 },
    monthlies: { months: 24, step: 5 },
  },
  {
    ...equity,
    code: 5,
    tradingClass: 'TSLA',
    underlying: listed(76792991),
    strikeUnit: 2.5,
    weeklies: { weekdays: [friday], weeks: 6, step: 5 },
    monthlies: { months: 24, step: 10 },
    span: [0.6, 1.6],
  },
  {
    ...equity,
    code: 6,
    tradingClass: 'NVDA',
    underlying: listed(4815747),
    strikeUnit: 1,
    weeklies: { weekdays: [friday], weeks: 6, step: 2 },
    monthlies: { months: 24, step: 5 },
    span: [0.65, 1.5],
  },
  {
    code: 7,
    tradingClass: 'OESX',
    underlying: estx50,
    exchanges: ['EUREX'],
    rule: 30,
    multiplier: 10,
    strikeUnit: 25,
    weeklies: { weekdays: [], weeks: 0, step: 25 },
    monthlies: { months: 12, step: 50 },
  },
  eMini(8, 'ES', 12, (year, month) => (isQuarterly(month) ? thirdFriday(year, month) : undefined)),
  eMini(9, 'EW', 5, (year, month) => (month === 12 ? at(year + 1, 1, 1) : at(year, month + 1, 1)) - 1),
  eMini(10, 'EW1', 2, (year, month) => nth(year, month, friday, 1)),
  eMini(11, 'EW2', 2, (year, month) => nth(year, month, friday, 2)),
  eMini(12, 'EW3', 3, (year, month) => (isQuarterly(month) ? undefined : thirdFriday(year, month))),
  eMini(13, 'EW4', 2, (year, month) => nth(year, month, friday, 4)),
  {
    ...onFutures,
    code: 14,
    tradingClass: 'OZC',
    underlying: corn,
    futures: futuresNamed('ZC'),
    exchanges: ['CBOT'],
    rule: 105,
    multiplier: 5000,
    monthlies: { months: 8, step: 10 },
    expiry: grainOptionExpiry,
    monthAfter: true,
  },
  {
    ...equity,
    code: 15,
    tradingClass: 'BRKB',
    underlying: listed(72063691),
    strikeUnit: 2.5,
    weeklies: { weekdays: [friday], weeks: 4, step: 5 },
    monthlies: { months: 24, step: 10 },
  },
];
