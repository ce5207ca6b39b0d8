import type { z } from 'zod';
import type { getQuotes } from '../../../shared/tools/get_quotes.ts';
import { omitUndefined } from '../../../shared/values.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { priceUnitOf } from '../../gateway/contracts/price-unit.ts';
import { type DataType, dataTypeNames } from '../../gateway/market-data/data-type-lock.ts';
import type { Ticker, TickerField } from '../../gateway/market-data/ticker.ts';
import { known, significant } from '../../gateway/numbers.ts';
import { isoInZone } from '../../gateway/time/time-zones.ts';
import { kindOf, kindsOfLegs } from './data-kind.ts';
import type { ToolContext } from './tool.ts';

/** Which preset of fields a quote holds. */
export type QuoteFields = z.output<typeof getQuotes.input>['fields'];

/** A trade as recent as this needs no time of its own beside the quote's. */
const freshMs = 60_000;
/** What a market's past sessions add to a quote is not worth more time. */
export const sessionsPatienceMs = 3_000;

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

/** What ends the wait. An index has no bid and ask, an FX pair and a fund no last. */
function wantedFields(fields: QuoteFields, secType: string): TickerField[] {
  if (secType === 'BAG') return ['bid', 'ask'];
  if (secType === 'OPT' || secType === 'FOP')
    return ['bid', 'ask', ...(fields === 'options' ? ['modelGreeks' as const] : [])];
  if (secType === 'IND') return ['last', 'close'];
  if (secType === 'CASH' || secType === 'CMDTY' || secType === 'CFD') return ['bid', 'ask', 'close'];
  const price: TickerField[] = ['bid', 'ask', 'last', 'close', 'volume'];
  if (secType !== 'STK') return price;
  switch (fields) {
    case 'basic':
      return price;
    case 'detailed':
      return [...price, 'shortable', 'averageVolume', 'mark'];
    case 'options':
      return [...price, 'impliedVolatility', 'historicalVolatility'];
    case 'fundamentals':
      return [...price, 'averageVolume', 'dividends'];
  }
}

export type Quote = z.output<typeof getQuotes.output>['quotes'][number];

/** One instrument's quote: live, else delayed or frozen. @throws ToolError when there is nothing to show */
export async function quoteOf(
  instrument: Instrument,
  fields: QuoteFields,
  { gateway, signal }: Pick<ToolContext, 'gateway' | 'signal'>,
): Promise<Quote> {
  const { secType } = instrument;
  const [{ ticker, at }, legs] = await Promise.all([
    gateway.quotes.collect(
      { instrument, genericTicks: genericTicks(fields, secType), wanted: wantedFields(fields, secType) },
      signal,
    ),
    kindsOfLegs(instrument, gateway, signal),
  ]);
  const dataType = kindOf(ticker, instrument, at, legs);
  const isFrozen = dataType === 2 || dataType === 4;
  const then = isFrozen ? (ticker.lastTime ?? (await closedSince(instrument, { gateway, signal }))) : undefined;
  return quoteFrom(ticker, instrument, fields, { dataType, at: then ?? at });
}

/** When the market of an instrument that is not traded by itself closed; undefined where IB does not tell it in time. */
export async function closedSince(
  instrument: Instrument,
  { gateway, signal }: Pick<ToolContext, 'gateway' | 'signal'>,
): Promise<number | undefined> {
  const patience = AbortSignal.any([signal, AbortSignal.timeout(sessionsPatienceMs)]);
  return gateway.sessions.lastEnd(instrument, patience).catch(() => undefined);
}

/** A ticker as a quote shows it. @param shown of what kind it is, and of when, epoch milliseconds */
export function quoteFrom(
  ticker: Ticker,
  { conId, name, currency, details, zone }: Pick<Instrument, 'conId' | 'name' | 'currency' | 'details' | 'zone'>,
  fields: QuoteFields,
  { dataType, at }: { readonly dataType: DataType; readonly at: number },
): Quote {
  const { bid, ask, last, bidSize, askSize, lastSize, close, volume, open, high, low, lastTime } = ticker;
  return omitUndefined({
    conId: conId || undefined,
    contract: name,
    currency: currency || undefined,
    priceUnit: priceUnitOf({ details }),
    dataType: dataTypeNames[dataType],
    asOf: isoInZone(zone, at),
    ...{ bid, ask, last, bidSize, askSize, lastSize, close },
    ...changeFrom(close, last ?? ticker.midpoint),
    ...{ volume, open, high, low },
    lastTime: lastTime !== undefined && at - lastTime > freshMs ? isoInZone(zone, lastTime) : undefined,
    // That nothing can be traded is said in any case.
    halted: ticker.halted || undefined,
    ...extras(ticker, fields),
  });
}

/** What the instrument is worth now: last, else the middle, else the previous close. */
export function priceIn({ last, bid, ask, close }: Quote): number | undefined {
  return last ?? (bid !== undefined && ask !== undefined ? (bid + ask) / 2 : close);
}

/** Differences of binary fractions are rounded to what a price can hold, not to hide anything IB sent. */
function changeFrom(close: number | undefined, now: number | undefined) {
  if (close === undefined || now === undefined) return {};
  const change = Number((now - close).toFixed(8));
  return { change, changePercent: close > 0 ? Number(((change / close) * 100).toFixed(2)) : undefined };
}

function extras(ticker: Ticker, fields: QuoteFields) {
  const { low52, high52, averageVolume, openInterest } = ticker;
  switch (fields) {
    case 'basic':
      return {};
    case 'detailed': {
      const { mark, halted, shortable, shortableShares } = ticker;
      return { mark, halted, shortable, shortableShares, low52, high52, averageVolume, openInterest };
    }
    case 'fundamentals': {
      const { ratios, dividends } = ticker;
      return { low52, high52, averageVolume, ratios: ratiosFrom(ratios), dividends: dividendsFrom(dividends) };
    }
    case 'options': {
      const { impliedVolatility, historicalVolatility } = ticker;
      return { impliedVolatility, historicalVolatility, greeks: greeksFrom(ticker), openInterest };
    }
  }
}

function greeksFrom({ greeks }: Ticker) {
  if (!greeks) return undefined;
  const { delta, gamma, theta, vega, iv, price, underlying } = greeks;
  const shown = omitUndefined({
    delta: significant(delta),
    gamma: significant(gamma),
    theta: significant(theta),
    vega: significant(vega),
    iv: significant(iv),
    price: significant(price),
    underlying,
  });
  return Object.keys(shown).length > 0 ? shown : undefined;
}

/** `NAME=value;NAME=value`; −99999.99 is IB's “none”. */
function ratiosFrom(value: string | undefined): Record<string, number | string> | undefined {
  if (value === undefined) return undefined;
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
function dividendsFrom(value: string | undefined) {
  if (value === undefined) return undefined;
  const [past, next, date, amount] = value.split(',').map((part) => part.trim());
  const day = /^(\d{4})(\d{2})(\d{2})$/.exec(date ?? '');
  const dividends = omitUndefined({
    past12Months: past ? known(Number(past)) : undefined,
    next12Months: next ? known(Number(next)) : undefined,
    nextDate: day ? `${day[1]}-${day[2]}-${day[3]}` : undefined,
    nextAmount: amount ? known(Number(amount)) : undefined,
  });
  return Object.keys(dividends).length > 0 ? dividends : undefined;
}
