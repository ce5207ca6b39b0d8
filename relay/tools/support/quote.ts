import type { z } from 'zod';
import type { getQuotes } from '../../../shared/tools/get_quotes.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { dataTypeNames } from '../../gateway/market-data/data-type-lock.ts';
import type { TickCollection } from '../../gateway/market-data/tick-collection.ts';
import { known, knownPrice, knownSize, present, significant } from '../../gateway/numbers.ts';
import { isoInZone } from '../../gateway/time/time-zones.ts';
import type { ToolContext } from './tool.ts';

/** Which preset of fields a quote holds. */
export type QuoteFields = z.output<typeof getQuotes.input>['fields'];

/** IB's tick ids. */
const tick = {
  bidSize: 0,
  bid: 1,
  ask: 2,
  askSize: 3,
  last: 4,
  lastSize: 5,
  high: 6,
  low: 7,
  volume: 8,
  close: 9,
  model: 13,
  open: 14,
  low52: 19,
  high52: 20,
  averageVolume: 21,
  historicalVolatility: 23,
  impliedVolatility: 24,
  callOpenInterest: 27,
  putOpenInterest: 28,
  mark: 37,
  lastTime: 45,
  shortable: 46,
  ratios: 47,
  halted: 49,
  dividends: 59,
  futuresOpenInterest: 86,
  shortableShares: 89,
} as const;

/** A trade as recent as this needs no time of its own beside the quote's. */
const freshMs = 60_000;

/** Generic ticks that each preset asks for, by what the kind of instrument can have. */
function genericTicks(fields: QuoteFields, secType: string): string {
  if (secType === 'BAG') return '';
  const stock = secType === 'STK';
  const option = secType === 'OPT' || secType === 'FOP' || secType === 'WAR';
  switch (fields) {
    case 'basic':
      return '';
    case 'detailed':
      return stock ? '165,221,236' : option ? '101,221' : secType === 'FUT' ? '221,588' : '221';
    case 'options':
      return option ? '101,106' : stock || secType === 'IND' ? '101,104,106' : secType === 'FUT' ? '588' : '';
    case 'fundamentals':
      return stock ? '165,258,456' : '';
  }
}

/** Ticks that end the wait. An index has no bid and ask, an FX pair and a fund no last. */
function wantedTicks(fields: QuoteFields, secType: string): number[] {
  if (secType === 'BAG') return [tick.bid, tick.ask];
  const price =
    secType === 'IND'
      ? [tick.last, tick.close]
      : secType === 'CASH' || secType === 'CMDTY' || secType === 'CFD'
        ? [tick.bid, tick.ask, tick.close]
        : [tick.bid, tick.ask, tick.last, tick.close, tick.volume];
  const option = secType === 'OPT' || secType === 'FOP';
  const stock = secType === 'STK';
  if (option) return [tick.bid, tick.ask, ...(fields === 'options' ? [tick.model] : [])];
  if (fields === 'detailed' && stock) return [...price, tick.shortable, tick.averageVolume, tick.mark];
  if (fields === 'fundamentals' && stock) return [...price, tick.averageVolume, tick.dividends];
  if (fields === 'options' && stock) return [...price, tick.impliedVolatility, tick.historicalVolatility];
  return price;
}

export type Quote = z.output<typeof getQuotes.output>['quotes'][number];

/** One instrument's quote: live, else delayed or frozen. @throws ToolError when there is nothing to show */
export async function quoteOf(
  instrument: Instrument,
  fields: QuoteFields,
  { gateway, signal }: Pick<ToolContext, 'gateway' | 'signal'>,
): Promise<Quote> {
  const { secType } = instrument;
  const ticks = await gateway.quotes.collect(
    { instrument, genericTicks: genericTicks(fields, secType), wanted: wantedTicks(fields, secType) },
    signal,
  );
  const now = ticks.at + gateway.serverTime() - Date.now();
  return present({
    conId: instrument.conId || undefined,
    contract: instrument.name,
    currency: instrument.currency || undefined,
    dataType: dataTypeNames[ticks.dataType],
    asOf: isoInZone(instrument.zone, now),
    ...prices(ticks, instrument, now),
    // That nothing can be traded is said in any case.
    halted: haltedFrom(numberFrom(ticks)(tick.halted)) || undefined,
    ...extras(ticks, instrument, fields),
  });
}

/** What the instrument is worth now: last, else the middle, else the previous close. */
export function priceIn({ last, bid, ask, close }: Quote): number | undefined {
  return last ?? (bid !== undefined && ask !== undefined ? (bid + ask) / 2 : close);
}

function prices(ticks: TickCollection, { secType, zone }: Instrument, now: number) {
  const number = numberFrom(ticks);
  const price = (id: number, sizeId?: number) =>
    knownPrice(number(id), secType, sizeId === undefined ? undefined : number(sizeId));
  const size = (id: number) => knownSize(number(id));
  const bid = price(tick.bid, tick.bidSize);
  const ask = price(tick.ask, tick.askSize);
  const last = price(tick.last, tick.lastSize);
  const close = price(tick.close);
  const lastTime = number(tick.lastTime);
  return {
    bid,
    ask,
    last,
    bidSize: bid === undefined ? undefined : size(tick.bidSize),
    askSize: ask === undefined ? undefined : size(tick.askSize),
    lastSize: last === undefined ? undefined : size(tick.lastSize),
    close,
    ...changeFrom(close, last ?? (bid !== undefined && ask !== undefined ? (bid + ask) / 2 : undefined)),
    volume: size(tick.volume),
    open: price(tick.open),
    high: price(tick.high),
    low: price(tick.low),
    lastTime:
      lastTime !== undefined && lastTime > 0 && now - lastTime * 1_000 > freshMs
        ? isoInZone(zone, lastTime * 1_000)
        : undefined,
  };
}

/** Differences of binary fractions are rounded to what a price can hold, not to hide anything IB sent. */
function changeFrom(close: number | undefined, now: number | undefined) {
  if (close === undefined || now === undefined) return {};
  const change = Number((now - close).toFixed(8));
  return { change, changePercent: close > 0 ? Number(((change / close) * 100).toFixed(2)) : undefined };
}

function extras(ticks: TickCollection, { secType }: Instrument, fields: QuoteFields) {
  if (fields === 'basic') return {};
  const number = numberFrom(ticks);
  const detailed = {
    mark: knownPrice(number(tick.mark), secType),
    halted: haltedFrom(number(tick.halted)),
    shortable: shortableFrom(number(tick.shortable)),
    shortableShares: knownSize(number(tick.shortableShares)),
    low52: knownPrice(number(tick.low52), secType),
    high52: knownPrice(number(tick.high52), secType),
    averageVolume: knownSize(number(tick.averageVolume)),
    openInterest: openInterest(ticks, secType),
  };
  if (fields === 'detailed') return detailed;
  if (fields === 'fundamentals') {
    const { low52, high52, averageVolume } = detailed;
    return {
      low52,
      high52,
      averageVolume,
      ratios: ratiosFrom(ticks.values.get(tick.ratios)),
      dividends: dividendsFrom(ticks.values.get(tick.dividends)),
    };
  }
  return {
    impliedVolatility: knownSize(number(tick.impliedVolatility)),
    historicalVolatility: knownSize(number(tick.historicalVolatility)),
    greeks: greeksFrom(ticks),
    openInterest: detailed.openInterest,
  };
}

function numberFrom({ values }: TickCollection): (id: number) => number | undefined {
  return (id) => {
    const value = values.get(id);
    return value === undefined || value === '' ? undefined : known(Number(value));
  };
}

function greeksFrom({ options }: TickCollection) {
  const model = options.get(tick.model) ?? options.get(12) ?? options.get(10);
  if (!model) return undefined;
  const greeks = present({
    delta: significant(known(model.delta)),
    gamma: significant(known(model.gamma)),
    theta: significant(known(model.theta)),
    vega: significant(known(model.vega)),
    iv: significant(known(model.iv)),
    price: significant(known(model.price)),
    underlying: known(model.underlying),
  });
  return Object.keys(greeks).length > 0 ? greeks : undefined;
}

function openInterest(ticks: TickCollection, secType: string): number | undefined {
  const number = numberFrom(ticks);
  if (secType === 'FUT') return knownSize(number(tick.futuresOpenInterest));
  const sides = [knownSize(number(tick.callOpenInterest)), knownSize(number(tick.putOpenInterest))];
  const told = sides.filter((side) => side !== undefined);
  return told.length > 0 ? told.reduce((sum, side) => sum + side, 0) : undefined;
}

/** 0 trades, 1 and 2 are halts; −1 is unknown. */
function haltedFrom(value: number | undefined): boolean | undefined {
  return value === undefined || value < 0 ? undefined : value > 0;
}

/** IB: above 2.5 at least 1,000 shares are there, above 1.5 they must be located, else none. */
function shortableFrom(value: number | undefined): 'available' | 'locate' | 'unavailable' | undefined {
  if (value === undefined || value < 0) return undefined;
  return value > 2.5 ? 'available' : value > 1.5 ? 'locate' : 'unavailable';
}

/** `NAME=value;NAME=value`; −99999.99 is IB's “none”. */
function ratiosFrom(value: number | string | undefined): Record<string, number | string> | undefined {
  if (typeof value !== 'string') return undefined;
  const ratios: Record<string, number | string> = {};
  for (const pair of value.split(';')) {
    const [name = '', text = ''] = pair.split('=');
    const number = Number(text);
    if (name.trim() === '' || text === '' || number === -99999.99) continue;
    ratios[name.trim()] = Number.isFinite(number) ? number : text;
  }
  return Object.keys(ratios).length > 0 ? ratios : undefined;
}

/** `past12Months,next12Months,nextDate,nextAmount`, any of them empty. */
function dividendsFrom(value: number | string | undefined) {
  if (typeof value !== 'string') return undefined;
  const [past, next, date, amount] = value.split(',').map((part) => part.trim());
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(date ?? '');
  const dividends = present({
    past12Months: past ? known(Number(past)) : undefined,
    next12Months: next ? known(Number(next)) : undefined,
    nextDate: day ? `${day[1]}-${day[2]}-${day[3]}` : undefined,
    nextAmount: amount ? known(Number(amount)) : undefined,
  });
  return Object.keys(dividends).length > 0 ? dividends : undefined;
}
