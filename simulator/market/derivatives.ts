import { exchangeSchedules, type ScheduleName } from './exchanges.ts';
import { futureExpiringAfter } from './futures.ts';
import { monthOf, thirdFriday, yearOf } from './holiday-rules.ts';
import type { Instrument, Right } from './instruments.ts';
import { type OptionClass, optionClasses } from './option-classes.ts';
import { orderTypes } from './order-types.ts';
import type { PriceModel } from './prices.ts';
import { RecentlyUsed } from './recently-used.ts';
import { dayNumber, dayOf, weekday } from './zone.ts';

export { type OptionClass, optionClasses } from './option-classes.ts';

const epochDay = dayNumber('20200101');
const rememberedExpiries = 256;
const rememberedStrikes = 4096;
/** How often an exchange looks whether a series needs further strikes: the shorter its life, the oftener. */
const daysBetweenLooks = { monthly: 30, weekly: 7 };

const expiryOf = ({ expiry = thirdFriday }: OptionClass, year: number, month: number): number | undefined =>
  expiry(year, month);

/** Whether a day is the monthly expiry of its class; one that is a holiday is kept on the day before it. */
function isMonthly(optionClass: OptionClass, day: number): boolean {
  if (optionClass.monthlies.months === 0) return false;
  if (optionClass.expiry) return true;
  return [day, day + 1].some((candidate) => thirdFriday(yearOf(candidate), monthOf(candidate)) === candidate);
}

const knownExpiries = new RecentlyUsed<readonly number[], number>(rememberedExpiries);

/** Expiry days of a class on a day, in order. Beyond a year only January and June are listed. */
export function expiriesOn(optionClass: OptionClass, day: number, model: PriceModel): readonly number[] {
  return knownExpiries.get(optionClass.code * 65_536 + day, () => computeExpiries(optionClass, day, model));
}

function computeExpiries(optionClass: OptionClass, day: number, model: PriceModel): number[] {
  const { weeklies, monthlies, underlying } = optionClass;
  const days = new Set<number>();
  for (let candidate = day; candidate < day + 7 * weeklies.weeks; candidate += 1) {
    if (!weeklies.weekdays.includes(weekday(candidate))) continue;
    if (monthlies.months > 0 && thirdFriday(yearOf(candidate), monthOf(candidate)) === candidate) continue;
    days.add(candidate);
  }
  const month0 = yearOf(day) * 12 + monthOf(day) - 1;
  for (let ahead = 0; ahead <= monthlies.months; ahead += 1) {
    const month = ((month0 + ahead) % 12) + 1;
    if (ahead > 12 && month !== 1 && month !== 6) continue;
    const expiry = expiryOf(optionClass, Math.floor((month0 + ahead) / 12), month);
    if (expiry !== undefined) days.add(expiry);
  }
  const schedule = model.schedule(underlying);
  return [...new Set([...days].map((candidate) => schedule.previous(candidate).day))]
    .filter((candidate) => candidate >= day)
    .sort((a, b) => a - b);
}

/** How long before its expiry an option series was listed, which fixes the strikes it has. */
function listedDaysAhead(optionClass: OptionClass, monthly: boolean, expiryDay: number): number {
  if (!monthly) return 7 * optionClass.weeklies.weeks + 7;
  return [1, 6].includes(monthOf(expiryDay)) ? 760 : 400;
}

/** What an option that expires on a day is on. */
export function underlyingOf({ underlying, futures }: OptionClass, expiryDay: number): Instrument {
  return futures ? futureExpiringAfter(futures, expiryDay) : underlying;
}

const knownStrikes = new WeakMap<PriceModel, RecentlyUsed<readonly number[], number>>();

/** The strikes that exist for an expiry: around wherever the underlying stands while the series is listed. */
export function strikesOf(optionClass: OptionClass, expiryDay: number, model: PriceModel): readonly number[] {
  const known = knownStrikes.get(model) ?? new RecentlyUsed<readonly number[], number>(rememberedStrikes);
  knownStrikes.set(model, known);
  return known.get(optionClass.code * 65_536 + expiryDay, () => computeStrikes(optionClass, expiryDay, model));
}

function computeStrikes(optionClass: OptionClass, expiryDay: number, model: PriceModel): number[] {
  const { weeklies, monthlies, span = [0.85, 1.15] } = optionClass;
  const underlying = underlyingOf(optionClass, expiryDay);
  const monthly = isMonthly(optionClass, expiryDay);
  const step = monthly ? monthlies.step : weeklies.step;
  const [lowest, highest] = monthly ? [0.5, 1.7] : span;
  const listedOn = expiryDay - listedDaysAhead(optionClass, monthly, expiryDay);
  // A series has the strikes that it will ever have from the beginning, so that none comes or goes in between.
  const between = daysBetweenLooks[monthly ? 'monthly' : 'weekly'];
  const looks = Math.ceil((expiryDay - listedOn) / between);
  const schedule = model.schedule(underlying);
  const closes = Array.from({ length: looks }, (_, look) =>
    model.closeOf(underlying, schedule.previous(listedOn + look * between).day),
  );
  const first = Math.ceil((Math.min(...closes) * lowest) / step);
  const last = Math.floor((Math.max(...closes) * highest) / step);
  return Array.from({ length: last - first + 1 }, (_, index) => (first + index) * step);
}

/** Contract ids of options say what they are: class, expiry, strike and right in 27 bits above this. */
const optionConId = 700_000_000;
const strikeBits = 4096;
const monthCodes = 'FGHJKMNQUVXZ';

/** The month by which options that expire on a day are called, yyyymm. */
export function contractMonthOf(optionClass: OptionClass, expiry: string): string {
  const { monthAfter, underlying } = optionClass;
  const day = dayNumber(expiry);
  const month0 = yearOf(day) * 12 + monthOf(day) - 1;
  // An expiry on a holiday is kept before it, at times in the month before its own.
  const schedule = exchangeSchedules[underlying.schedule];
  const own = [month0, month0 + 1].find((month) => {
    const nominal = optionClass.expiry?.(Math.floor(month / 12), (month % 12) + 1);
    return nominal !== undefined && schedule.previous(nominal).day === day;
  });
  const month = (own ?? month0) + (monthAfter ? 1 : 0);
  return `${Math.floor(month / 12)}${String((month % 12) + 1).padStart(2, '0')}`;
}

/** Each market names its options in its own way. */
function localSymbolOf(optionClass: OptionClass, expiry: string, strike: number, right: Right): string {
  const { tradingClass, futures, exchanges } = optionClass;
  if (futures) {
    const month = contractMonthOf(optionClass, expiry);
    return `${tradingClass}${monthCodes[Number(month.slice(4)) - 1]}${month[3]} ${right}${strike}`;
  }
  if (exchanges.includes('EUREX')) return `${right} ${tradingClass} ${expiry} ${strike} M`;
  return `${tradingClass.padEnd(6)}${expiry.slice(2)}${right}${String(Math.round(strike * 1000)).padStart(8, '0')}`;
}

/** What a local symbol of an option says, or undefined when it is none. */
export function optionTermsIn(
  localSymbol: string,
):
  | { readonly tradingClass: string; readonly expiry: string; readonly strike: number; readonly right: Right }
  | undefined {
  const listed = /^(\S+) *(\d{6})([CP])(\d{8})$/.exec(localSymbol);
  if (listed) {
    const [, tradingClass = '', date, right, thousandths] = listed;
    return { tradingClass, expiry: `20${date}`, strike: Number(thousandths) / 1000, right: right as Right };
  }
  const onFuture = /^(\w+)[FGHJKMNQUVXZ]\d ([CP])([\d.]+)$/.exec(localSymbol);
  if (onFuture) {
    const [, tradingClass = '', right, strike] = onFuture;
    return { tradingClass, expiry: '', strike: Number(strike), right: right as Right };
  }
  const european = /^([CP]) (\w+) (\d{8}) ([\d.]+) M$/.exec(localSymbol);
  if (!european) return undefined;
  const [, right, tradingClass = '', expiry = '', strike] = european;
  return { tradingClass, expiry, strike: Number(strike), right: right as Right };
}

/** What the options of a class that expire on one day have in common. */
function seriesOf(optionClass: OptionClass, expiryDay: number): Omit<Instrument, 'strike' | 'right'> {
  return knownSeries.get(optionClass.code * 65_536 + expiryDay, () => makeSeries(optionClass, expiryDay));
}

const knownSeries = new RecentlyUsed<Omit<Instrument, 'strike' | 'right'>, number>(rememberedStrikes);

const dayBefore = ({ schedule }: Instrument, day: number): string =>
  dayOf(exchangeSchedules[schedule].previous(day - 1).day);

/** Options that do not keep their underlying's hours. */
const optionSchedules: Readonly<Partial<Record<ScheduleName, ScheduleName>>> = {
  usStocks: 'usOptions',
  cboeIndex: 'indexOptions',
  nasdaqIndex: 'indexOptions',
};

function makeSeries(optionClass: OptionClass, expiryDay: number): Omit<Instrument, 'strike' | 'right'> {
  const { tradingClass, exchanges, futures } = optionClass;
  const underlying = underlyingOf(optionClass, expiryDay);
  const { isin: _isin, cusip: _cusip, figi: _figi, aliases: _aliases, contractMonth: _month, ...shared } = underlying;
  return {
    ...shared,
    conId: optionConId + (optionClass.code * 4096 + (expiryDay - epochDay)) * strikeBits * 2,
    secType: futures ? 'FOP' : 'OPT',
    primaryExchange: '',
    validExchanges: exchanges,
    tradingClass,
    marketName: tradingClass,
    stockType: '',
    schedule: optionSchedules[underlying.schedule] ?? underlying.schedule,
    rule: optionClass.rule,
    minSize: 1,
    sizeIncrement: 1,
    suggestedSizeIncrement: 1,
    orderTypes: orderTypes.options,
    halfSpreadTicks: 2,
    listed: dayOf(Math.max(expiryDay - 400, dayNumber(underlying.listed))),
    derivatives: [],
    underlying,
    expiry: dayOf(expiryDay),
    contractMonth: contractMonthOf(optionClass, dayOf(expiryDay)),
    ...(optionClass.settledInTheMorning ? { lastTradeDay: dayBefore(underlying, expiryDay) } : {}),
    multiplier: optionClass.multiplier,
    process: { ...underlying.process, volume: 2500 },
  };
}

export function optionOf(optionClass: OptionClass, expiryDay: number, strike: number, right: Right): Instrument {
  const series = seriesOf(optionClass, expiryDay);
  return {
    ...series,
    conId: series.conId + (strike / optionClass.strikeUnit) * 2 + (right === 'C' ? 0 : 1),
    localSymbol: localSymbolOf(optionClass, series.expiry ?? '', strike, right),
    strike,
    right,
  };
}

/** The option behind a contract id, if such an option is listed on the day. */
export function optionByConId(conId: number, day: number, model: PriceModel): Instrument | undefined {
  const code = conId - optionConId;
  if (code < 0) return undefined;
  const right: Right = code % 2 === 0 ? 'C' : 'P';
  const position = Math.floor(code / 2);
  const series = Math.floor(position / strikeBits);
  const expiryDay = (series % 4096) + epochDay;
  const optionClass = optionClasses.find((candidate) => candidate.code === Math.floor(series / 4096));
  if (!optionClass || !expiriesOn(optionClass, day, model).includes(expiryDay)) return undefined;
  const strike = (position % strikeBits) * optionClass.strikeUnit;
  if (!strikesOf(optionClass, expiryDay, model).includes(strike)) return undefined;
  return optionOf(optionClass, expiryDay, strike, right);
}
