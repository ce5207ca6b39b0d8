import { exchangeRate } from '../accounts/rates.ts';
import { barsOf } from '../market/bars.ts';
import { bondYield } from '../market/bonds.ts';
import { dividendsOf } from '../market/dividends.ts';
import { genericTicksFor } from '../market/generic-ticks.ts';
import { type Instrument, inCurrency } from '../market/instruments.ts';
import { signed } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import { minuteMs } from '../market/prices.ts';
import { type Quote, quoteAt } from '../market/quotes.ts';
import { dayMs } from '../market/zone.ts';
import { type Company, companyOf } from './companies.ts';
import { lastReported, quarterOf, trailingYear } from './earnings.ts';
import { researchKey } from './seed.ts';
import { nextEarningsDay } from './wsh-events.ts';

const tick = {
  callInterest: 27,
  putInterest: 28,
  callVolume: 29,
  putVolume: 30,
  averageOptionVolume: 87,
  historicalVolatility: 23,
  impliedVolatility: 24,
  averageVolume: 21,
} as const;

/** Low and high tick types of the last 13, 26 and 52 weeks. */
const extremes = { 13: [15, 16], 26: [17, 18], 52: [19, 20] } as const;
const daysPerYear = 365;
/** How many days' ranges make the average range. */
const rangeDays = 15;

type Ticks = ReadonlyMap<number, number | string>;

/** Generic ticks of one instrument that stay the same for a day, and the day they are of. */
interface DailyTicks {
  readonly day: number;
  readonly ticks: Ticks;
}

const dailyTicks = new WeakMap<PriceModel, Map<number, DailyTicks>>();

/** An instrument as a scan sees it at one instant. What a scan does not ask for is not computed. */
export class ScanSubject {
  readonly model: PriceModel;
  readonly instrument: Instrument;
  readonly instant: number;
  #quote: Quote | undefined;
  #company: Company | undefined | null = null;

  constructor(model: PriceModel, instrument: Instrument, instant: number) {
    this.model = model;
    this.instrument = instrument;
    this.instant = instant;
  }

  get quote(): Quote {
    this.#quote ??= quoteAt(this.model, this.instrument, this.instant);
    return this.#quote;
  }

  /** What one is worth, in the listing's currency. */
  get price(): number {
    return inCurrency(this.instrument, this.quote.last);
  }

  get company(): Company | undefined {
    if (this.#company === null) this.#company = companyOf(this.model, this.instrument);
    return this.#company;
  }

  get day(): number {
    return this.model.schedule(this.instrument).zone.day(this.instant);
  }

  /** The generic ticks of an id, by tick type. */
  #ticks(id: string, instant = this.instant): Ticks {
    const { model, instrument, quote } = this;
    const subject = { model, instrument, quote, instant };
    return new Map([...genericTicksFor([id], subject)].map(({ type, value }) => [type, value]));
  }

  /** The extremes and averages of the last year, which are dear to compute and change once a day. */
  #yearTicks(): Ticks {
    const known = dailyTicks.get(this.model) ?? new Map<number, DailyTicks>();
    dailyTicks.set(this.model, known);
    const day = Math.floor(this.instant / dayMs);
    const cached = known.get(this.instrument.conId);
    if (cached?.day === day) return cached.ticks;
    const ticks = this.#ticks('165');
    known.set(this.instrument.conId, { day, ticks });
    return ticks;
  }

  get averageVolume(): number | undefined {
    return positive(this.#yearTicks().get(tick.averageVolume));
  }

  /** Where the price stands between the low (0) and the high (1) of so many weeks. */
  within(weeks: keyof typeof extremes): number | undefined {
    const [lowType, highType] = extremes[weeks];
    const low = positive(this.#yearTicks().get(lowType));
    const high = positive(this.#yearTicks().get(highType));
    return low === undefined || high === undefined ? undefined : ratio(this.quote.last - low, high - low);
  }

  /** Of instruments with options: the value of a tick of a generic id. */
  option(id: string, type: number, instant = this.instant): number | undefined {
    return this.instrument.derivatives.includes('OPT') ? positive(this.#ticks(id, instant).get(type)) : undefined;
  }

  /** Dividends per share of the twelve months before (−1) or after (1) now, in the listing's currency. */
  dividends(direction: -1 | 1): number {
    const { day } = this;
    const [from, to] = direction === 1 ? [day, day + daysPerYear] : [day - daysPerYear, day];
    return dividendsOf(this.instrument)
      .filter(({ exDay }) => exDay > from && exDay <= to)
      .reduce((sum, { amount }) => sum + amount, 0);
  }

  /** Units traded and trades in the minute up to now. */
  lastMinute(): { readonly volume: number; readonly trades: number } {
    const range = { from: this.instant - minuteMs, to: this.instant, regularOnly: false };
    const bars = barsOf(this.model, this.instrument, { unit: 'second', count: 30 }, range);
    return {
      volume: bars.reduce((sum, { volume }) => sum + volume, 0),
      trades: bars.reduce((sum, { trades }) => sum + trades, 0),
    };
  }

  /** The mean distance from low to high of the last days. */
  averageRange(): number {
    const to = Math.floor(this.instant / dayMs) * dayMs;
    const range = { from: to - (rangeDays + 6) * dayMs, to, regularOnly: true };
    const bars = barsOf(this.model, this.instrument, { unit: 'day', count: 1 }, range).slice(-rangeDays);
    return bars.reduce((sum, { high, low }) => sum + high - low, 0) / Math.max(1, bars.length);
  }

  /** Earnings per share of the last four quarters announced. */
  trailingEps(): number | undefined {
    const { company } = this;
    if (!company) return undefined;
    return trailingYear(this.model, company, this.day).reduce((sum, { eps }) => sum + eps, 0);
  }

  /** Book value per share: it goes with the earnings, not with the price. */
  bookValue(): number | undefined {
    const { company } = this;
    return company && inCurrency(company.instrument, company.instrument.process.base) / company.priceToBook;
  }
}

const positive = (value: number | string | undefined): number | undefined =>
  typeof value === 'number' && value > 0 && Number.isFinite(value) ? value : undefined;

function ratio(part: number | undefined, whole: number | undefined): number | undefined {
  return part === undefined || whole === undefined || whole === 0 ? undefined : part / whole;
}

const percent = (from: number, to: number): number | undefined => ratio((to - from) * 100, from);

function putCall(subject: ScanSubject, id: string, put: number, call: number): number | undefined {
  return ratio(subject.option(id, put), subject.option(id, call));
}

function total(...values: readonly (number | undefined)[]): number | undefined {
  return values.some((value) => value === undefined)
    ? undefined
    : values.reduce((sum: number, value) => sum + (value ?? 0), 0);
}

const optionVolume = (subject: ScanSubject): number | undefined =>
  total(subject.option('100', tick.callVolume), subject.option('100', tick.putVolume));

const impliedVolatility = (subject: ScanSubject, instant = subject.instant): number | undefined =>
  subject.option('106', tick.impliedVolatility, instant);

function afterHours({ model, instrument, instant, quote }: ScanSubject): number | undefined {
  const { segments } = model.schedule(instrument).latest(instant);
  const regularEnd = segments.findLast(({ regular }) => regular)?.end ?? Number.POSITIVE_INFINITY;
  if (instant < regularEnd || segments.at(-1)?.regular) return undefined;
  return percent(model.closeOf(instrument, model.schedule(instrument).latest(instant).day), quote.last);
}

function dollars({ model, instrument, instant }: ScanSubject, amount: number | undefined): number | undefined {
  return amount === undefined
    ? undefined
    : exchangeRate(model, instrument.currency, 'USD', instant).mul(amount).toNumber();
}

const marketCap = ({ company, price }: ScanSubject): number | undefined => company && company.shares * 1e6 * price;

function nextEarnings({ model, company, day }: ScanSubject): number | undefined {
  return company && nextEarningsDay(model, company, day);
}

/** When results are taken to be announced, in minutes after midnight: at the opening, or at the close. */
const announcedAt = { beforeMarket: 9 * 60 + 30, afterMarket: 16 * 60 };

/** Epoch seconds. */
function nextEarningsTime({ model, company, day, instrument }: ScanSubject): number | undefined {
  if (!company) return undefined;
  const { announced, beforeMarket } = quarterOf(model, company, lastReported(model, company, day).index + 1);
  const minutes = beforeMarket ? announcedAt.beforeMarket : announcedAt.afterMarket;
  return model.schedule(instrument).zone.instant(announced, minutes) / 1000;
}

function nextEvent(subject: ScanSubject): number | undefined {
  const { model, instrument, company, day } = subject;
  if (!company) return undefined;
  const dividend = dividendsOf(instrument).find(({ exDay }) => exDay > day);
  return Math.min(nextEarningsDay(model, company, day), dividend?.exDay ?? Number.POSITIVE_INFINITY);
}

const metrics = {
  last: ({ quote }) => quote.last,
  dollarLast: (subject) => dollars(subject, subject.price),
  change: ({ quote }) => quote.last - quote.close,
  changePercent: ({ quote }) => percent(quote.close, quote.last),
  changeOpenPercent: ({ quote }) => percent(quote.dayOpen, quote.last),
  gapPercent: ({ quote }) => percent(quote.close, quote.dayOpen),
  afterHoursPercent: afterHours,
  volume: ({ quote }) => quote.volume,
  dollarVolume: (subject) => dollars(subject, subject.quote.volume * subject.quote.wap),
  averageVolume: (subject) => subject.averageVolume,
  averageDollarVolume: (subject) => dollars(subject, (subject.averageVolume ?? 0) * subject.price),
  volumeRatio: (subject) => ratio(subject.quote.volume, subject.averageVolume),
  volumeRate: (subject) => subject.lastMinute().volume,
  trades: ({ quote }) => quote.trades,
  tradeRate: (subject) => subject.lastMinute().trades,
  rangePercent: ({ quote }) => ratio((quote.high - quote.low) * 100, quote.close),
  rangeRatio: (subject) => ratio(subject.quote.high - subject.quote.low, subject.averageRange()),
  changeByRange: (subject) => ratio(Math.abs(subject.quote.last - subject.quote.close), subject.averageRange()),
  vs13Weeks: (subject) => subject.within(13),
  vs26Weeks: (subject) => subject.within(26),
  vs52Weeks: (subject) => subject.within(52),
  // Nothing halts and nothing stands at its limit unless a scenario says so, and scenarios do not speak to scans.
  halted: () => undefined,
  limitUpDown: () => undefined,
  notOpen: ({ quote }) => (quote.open ? undefined : quote.volume),
  symbol: ({ instrument }) => instrument.localSymbol,
  optionVolume,
  averageOptionVolume: (subject) => subject.option('105', tick.averageOptionVolume),
  optionVolumeRatio: (subject) => ratio(optionVolume(subject), subject.option('105', tick.averageOptionVolume)),
  openInterest: (subject) => total(subject.option('101', tick.callInterest), subject.option('101', tick.putInterest)),
  putCallVolume: (subject) => putCall(subject, '100', tick.putVolume, tick.callVolume),
  putCallInterest: (subject) => putCall(subject, '101', tick.putInterest, tick.callInterest),
  impliedVolatility: (subject) => impliedVolatility(subject),
  impliedVolatilityChange: (subject) =>
    ratio(impliedVolatility(subject), impliedVolatility(subject, subject.instant - dayMs)),
  impliedOverHistorical: (subject) =>
    ratio(impliedVolatility(subject), subject.option('104', tick.historicalVolatility)),
  imbalance: ({ model, instrument, instant }) =>
    signed(researchKey(model, `imbalance ${instrument.localSymbol}`), Math.floor(instant / minuteMs)),
  dividendYield: (subject) => positive(ratio(subject.dividends(-1) * 100, subject.price)),
  dividendYieldAhead: (subject) => positive(ratio(subject.dividends(1) * 100, subject.price)),
  peRatio: (subject) => positive(ratio(subject.price, subject.trailingEps())),
  priceToBook: (subject) => ratio(subject.price, subject.bookValue()),
  priceToTangibleBook: (subject) =>
    ratio(subject.price, (subject.bookValue() ?? 0) * (1 - (subject.company?.intangible ?? 1))),
  quickRatio: ({ company }) => company?.quickRatio,
  returnOnEquity: (subject) => ratio((subject.trailingEps() ?? 0) * 100, subject.bookValue()),
  growth: ({ company }) => company && company.growth * 100,
  marketCap,
  dollarMarketCap: (subject) => dollars(subject, marketCap(subject)),
  nextEarnings,
  nextEarningsTime,
  previousEarnings: ({ model, company, day }) => company && lastReported(model, company, day).announced,
  nextEvent,
  // As clients write it, so that filters compare like with like.
  maturity: ({ instrument }) => instrument.bond && Number(instrument.bond.maturity),
  coupon: ({ instrument }) => instrument.bond?.coupon,
  yield: ({ instrument, quote, day }) => instrument.bond && bondYield(instrument, quote.last, day),
} satisfies Readonly<Record<string, (subject: ScanSubject) => number | string | undefined>>;

export type MetricName = keyof typeof metrics;

/** A number, or for alphabetical scans a text, by which rows are ranked and filtered; undefined where it has no meaning. */
export function metricOf(name: MetricName, subject: ScanSubject): number | string | undefined {
  return metrics[name](subject);
}
