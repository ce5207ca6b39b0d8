import type { Tick } from '../market/generic-ticks.ts';
import type { Instrument } from '../market/instruments.ts';
import type { Quote } from '../market/quotes.ts';
import { dayMs } from '../market/zone.ts';
import { yieldPercent } from './bond-yield.ts';
import { isAvailable } from './history-series.ts';
import { liveOnlyTicks, type TickTypes } from './tick-types.ts';

/** Marks a price against which an order may be executed automatically. */
const canAutoExecute = 1;
/** Letters of the exchanges that make the best bid, the best offer and the last trade of American stocks. */
const exchanges = { bid: 'KPQ', ask: 'KQZ', last: 'D' };

/** What a quote line shows of a quote, without what was asked for besides. */
export function* quoteTicks(instrument: Instrument, quote: Quote, types: TickTypes, live: boolean): Generator<Tick> {
  // A fund has one price a day, and nothing around it.
  if (instrument.secType !== 'FUND') {
    yield* bidAndAsk(quote, types);
    yield* dayRange(quote, types);
  }
  if (isAvailable('TRADES', instrument)) yield* lastTrade(instrument, quote, types);
  yield { kind: 'price', type: types.close, value: quote.close };
  if (instrument.bond) yield* yields(instrument, quote, types, live);
  if (live) yield* liveOnly(instrument);
}

function* bidAndAsk({ bid, ask, bidSize, askSize }: Quote, types: TickTypes): Generator<Tick> {
  if (bid === undefined || ask === undefined) return;
  yield { kind: 'price', type: types.bid, value: bid, size: bidSize, attributes: canAutoExecute };
  yield { kind: 'size', type: types.bidSize, value: bidSize };
  yield { kind: 'price', type: types.ask, value: ask, size: askSize, attributes: canAutoExecute };
  yield { kind: 'size', type: types.askSize, value: askSize };
}

function* dayRange({ high, low }: Quote, types: TickTypes): Generator<Tick> {
  yield { kind: 'price', type: types.high, value: high };
  yield { kind: 'price', type: types.low, value: low };
}

function* lastTrade({ secType }: Instrument, quote: Quote, types: TickTypes): Generator<Tick> {
  yield { kind: 'price', type: types.last, value: quote.last, size: quote.lastSize };
  yield { kind: 'string', type: types.lastTime, value: String(quote.lastTime) };
  if (secType === 'FUND') return;
  yield { kind: 'size', type: types.lastSize, value: quote.lastSize };
  yield { kind: 'size', type: types.volume, value: quote.volume };
  yield { kind: 'price', type: types.open, value: quote.dayOpen };
}

function* yields(bond: Instrument, quote: Quote, types: TickTypes, live: boolean): Generator<Tick> {
  const day = Math.floor((quote.lastTime * 1000) / dayMs);
  const percent = (price: number): number => yieldPercent(bond, price, day);
  if (quote.bid !== undefined) yield { kind: 'price', type: types.bidYield, value: percent(quote.bid) };
  if (quote.ask !== undefined) yield { kind: 'price', type: types.askYield, value: percent(quote.ask) };
  if (live) yield { kind: 'price', type: liveOnlyTicks.lastYield, value: percent(quote.last) };
}

function* liveOnly({ secType, currency }: Instrument): Generator<Tick> {
  yield { kind: 'generic', type: liveOnlyTicks.halted, value: 0 };
  if (secType !== 'STK' || currency !== 'USD') return;
  yield { kind: 'string', type: liveOnlyTicks.bidExchange, value: exchanges.bid };
  yield { kind: 'string', type: liveOnlyTicks.askExchange, value: exchanges.ask };
  yield { kind: 'string', type: liveOnlyTicks.lastExchange, value: exchanges.last };
}
