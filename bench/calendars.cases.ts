import type { ScheduleName } from '../simulator/market/exchanges.ts';

/** One of the simulator's schedules beside one calendar of a library. */
export interface Comparison {
  readonly schedule: ScheduleName;
  /** `ec` is exchange_calendars, `pmc` pandas_market_calendars. */
  readonly library: string;
  /** Regular hours, all trading, the end of trading alone, or whether there is any. */
  readonly part: 'regular' | 'all' | 'end' | 'day';
}

const of = (schedule: ScheduleName, part: Comparison['part'], ...libraries: string[]): Comparison[] =>
  libraries.map((library) => ({ schedule, library, part }));

export const comparisons: readonly Comparison[] = [
  ...of('usStocks', 'regular', 'ec:XNYS', 'pmc:NYSE'),
  ...of('usOptions', 'regular', 'pmc:CBOE_Equity_Options'),
  ...of('indexOptions', 'regular', 'pmc:CBOE_Index_Options'),
  ...of('cmeEquityIndex', 'all', 'pmc:CME Globex Equity', 'pmc:CME_Equity', 'ec:CMES'),
  ...of('nymex', 'all', 'pmc:CMEGlobex_Crude'),
  ...of('cbot', 'all', 'pmc:CME Globex Interest Rate Products', 'pmc:CBOT_InterestRate'),
  ...of('grains', 'all', 'pmc:CMEGlobex_Grains'),
  ...of('cfe', 'regular', 'pmc:CBOE_Futures', 'ec:XCBF'),
  ...of('usBonds', 'end', 'pmc:SIFMA_US'),
  ...of('toronto', 'regular', 'ec:XTSE', 'pmc:TSX'),
  ...of('lse', 'regular', 'ec:XLON', 'pmc:LSE'),
  ...of('xetra', 'regular', 'ec:XETR'),
  ...of('eurex', 'end', 'ec:XEUR', 'pmc:EUREX'),
  ...of('euronext', 'regular', 'ec:XPAR', 'ec:XAMS'),
  ...of('swiss', 'regular', 'ec:XSWX', 'pmc:SIX'),
  ...of('tokyo', 'regular', 'ec:XTKS', 'pmc:JPX'),
  ...of('sehk', 'regular', 'ec:XHKG', 'pmc:HKEX'),
  ...of('shanghai', 'regular', 'ec:XSHG', 'pmc:SSE'),
  ...of('korea', 'regular', 'ec:XKRX'),
  ...of('singapore', 'regular', 'ec:XSES'),
  ...of('australia', 'regular', 'ec:XASX', 'pmc:ASX'),
  ...of('india', 'regular', 'ec:XBOM', 'pmc:NSE'),
];

/** A difference that is meant, and who is right by what the exchange itself has published. */
export interface Difference {
  readonly schedule?: ScheduleName;
  readonly library?: string;
  readonly day?: RegExp;
  readonly ours: RegExp;
  readonly theirs: RegExp;
  readonly why: string;
}

const any = /./;

/**
 * Sources are the exchanges' own pages, as far as they were to be had; where a row rests on an announcement alone, or on
 * nothing but a rule, it says so.
 */
export const differences: readonly Difference[] = [
  {
    library: 'pmc:CBOE_Equity_Options',
    day: /^20261224$/,
    ours: /09:30-13:00/,
    theirs: /09:30-16:00/,
    why: 'The library keeps the day after Thanksgiving alone. Options on stocks close with their stocks on Christmas Eve (cboe.com/about/hours).',
  },
  {
    library: 'pmc:CBOE_Index_Options',
    day: /^20261224$/,
    ours: /08:30-12:15/,
    theirs: /08:30-15:15/,
    why: 'As above: 12:15 in Chicago for options on indices (cboe.com/about/hours).',
  },
  {
    schedule: 'cfe',
    day: /^20(261127|271126)$/,
    ours: /08:30-12:00/,
    theirs: /08:30-12:15/,
    why: 'The last quarter of an hour is extended trading here, as it is to IB.',
  },
  {
    schedule: 'cfe',
    day: /^20261224$/,
    ours: /08:30-12:00/,
    theirs: /08:30-15:15/,
    why: 'The libraries keep the day after Thanksgiving alone; Christmas Eve is as short (cboe.com/about/hours/us-futures).',
  },
  {
    schedule: 'cfe',
    ours: /08:30-15:00/,
    theirs: /08:30-15:15/,
    why: 'Regular hours of VIX futures end at 15:00 and extended ones at 16:00 (cboe.com/about/hours/us-futures); 15:15 was their end in earlier years. Not checked on the day of writing.',
  },
  {
    library: 'ec:CMES',
    ours: /17:00-16:00/,
    theirs: /17:00-17:00/,
    why: 'The library ends a day where the next begins; trading stops for an hour at 16:00 (cmegroup.com/trading-hours.html).',
  },
  {
    library: 'ec:CMES',
    day: /^20(260619|270618)$/,
    ours: /17:00-12:00/,
    theirs: /17:00-17:00/,
    why: 'The library does not know Juneteenth: index futures stop at 12:00 (cmegroup.com/trading-hours.html, holiday of 18–19 June 2026).',
  },
  {
    library: 'ec:CMES',
    day: /^20260403$/,
    ours: /17:00-08:15/,
    theirs: /closed/,
    why: 'The employment report of the Bureau of Labor Statistics comes out on this Good Friday: index futures trade until 08:15, as on those of 2015, 2021 and 2023 (cmegroup.com/trading-hours.html).',
  },
  {
    schedule: 'cmeEquityIndex',
    ours: /17:00-12:15/,
    theirs: /17:00-12:00/,
    why: 'Early closes of index futures are at 12:15, halts on holidays at 12:00 (cmegroup.com/trading-hours.html); these calendars have 12:00 for both, and CME Globex Equity has it right.',
  },
  {
    day: /^20270326$/,
    ours: /closed/,
    theirs: /17:00-(08|10):15/,
    why: 'No employment report comes out on this Good Friday, and Globex stays closed as in 2022 and 2024; the library opens on every one.',
  },
  {
    library: 'pmc:CBOT_InterestRate',
    day: /^20260403$/,
    ours: /17:00-10:15/,
    theirs: /17:00-10:00/,
    why: 'Rates trade until 10:15 on a Good Friday with the employment report (cmegroup.com/trading-hours.html); its other calendar has that.',
  },
  {
    library: 'pmc:CBOT_InterestRate',
    day: /^20(260619|270618)$/,
    ours: /17:00-12:00/,
    theirs: /17:00-16:00/,
    why: 'The calendar does not know Juneteenth; its other one does.',
  },
  {
    library: 'pmc:CMEGlobex_Crude',
    day: /^20270618$/,
    ours: /18:00-13:00/,
    theirs: /18:00-14:30/,
    why: 'A holiday on a Friday stops energy at 12:00 in Chicago, as Juneteenth and 3 July 2026 do; the library has no table for 2027 yet.',
  },
  {
    library: 'pmc:CMEGlobex_Crude',
    day: /^20270906$/,
    ours: /18:00-14:30/,
    theirs: /18:00-13:00/,
    why: 'Labor Day stops energy at 13:30 in Chicago, as all of Monday’s holidays have since 2022; from 2027 on the library goes back to an older rule.',
  },
  {
    library: 'pmc:CMEGlobex_Grains',
    day: /^20(261127|261224|271126)$/,
    ours: /12:05/,
    theirs: /13:20/,
    why: 'Grains close at 12:05 after Thanksgiving and on Christmas Eve (cmegroup.com/trading-hours.html); the library has no early closes for them.',
  },
  {
    library: 'pmc:CMEGlobex_Grains',
    day: /^20(260619|270618)$/,
    ours: /closed/,
    theirs: /08:30-13:20/,
    why: 'Grains are closed on Juneteenth (cmegroup.com/trading-hours.html); the library does not know it.',
  },
  {
    schedule: 'usBonds',
    ours: /17:00/,
    theirs: /17:30/,
    why: 'IB’s hours for bonds end at 17:00; the days and the early closes are SIFMA’s (sifma.org/resources/general/holiday-schedule).',
  },
  {
    library: 'pmc:EUREX',
    day: /^20\d{2}12/,
    ours: any,
    theirs: any,
    why: 'The library has London’s holidays for Eurex: open on 24 and 31 December, closed on substitutes of Christmas. Eurex is closed on 24 and 31 December and has no substitutes (eurex.com, trading calendar); exchange_calendars agrees.',
  },
  {
    library: 'pmc:HKEX',
    ours: /^09:30-12:00$/,
    theirs: /13:00-16:00/,
    why: 'The library has no half days: Hong Kong has three a year (hkex.com.hk, trading calendar); exchange_calendars agrees.',
  },
  {
    library: 'pmc:SSE',
    day: /^2027/,
    ours: /closed/,
    theirs: /09:30/,
    why: 'China announces its holidays a year at a time. Ours are those of 2025 and 2026, eight days at New Year and five in May; the library’s are shorter. Neither is announced.',
  },
  {
    library: 'ec:XKRX',
    day: /^20260603$/,
    ours: /closed/,
    theirs: /09:00/,
    why: 'Local elections: a public holiday (global.krx.co.kr, market holidays). Mended in the library after 4.13.2.',
  },
  {
    library: 'ec:XKRX',
    day: /^20(260717|270719)$/,
    ours: /closed/,
    theirs: /09:00/,
    why: 'Constitution Day is a public holiday again since the law of 29 January 2026, and has a substitute when it is on a Saturday (global.krx.co.kr, market holidays).',
  },
  {
    library: 'ec:XKRX',
    day: /^20270503$/,
    ours: /closed/,
    theirs: /09:00/,
    why: 'Labour Day is a public holiday with a substitute since 2026, and 1 May 2027 is a Saturday. The library’s own later version has it.',
  },
  {
    library: 'ec:XKRX',
    day: /^20(261119|271118)$/,
    ours: /10:00-16:30/,
    theirs: /09:00-15:30/,
    why: 'On the day of the college entrance exam Korea begins and ends an hour later (global.krx.co.kr); the library knows it up to earlier years.',
  },
  {
    library: 'ec:XSES',
    ours: /^09:00-12:00$/,
    theirs: /09:00-17:00/,
    why: 'Singapore closes at 12:00 on the eves of Christmas, of the new year and of the lunar one (sgx.com, trading calendar); the library has no half days.',
  },
  {
    library: 'ec:XSES',
    ours: /12:00 13:00/,
    theirs: /09:00-17:00/,
    why: 'Singapore breaks from 12:00 to 13:00 (sgx.com, market hours); the library leaves it out.',
  },
  {
    library: 'pmc:ASX',
    ours: /10:00-16:00/,
    theirs: /10:00-16:10/,
    why: 'The library counts the closing auction; continuous trading ends at 16:00 (asx.com.au, trading hours).',
  },
  {
    library: 'pmc:NSE',
    day: /^2027/,
    ours: /closed/,
    theirs: /09:15/,
    why: 'India announces its holidays a year at a time: the library has every weekday of 2027 open, the simulator the days that never move.',
  },
];
