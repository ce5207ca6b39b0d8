import type { ClientSession } from '../client-session.ts';
import type { Instrument } from '../market/instruments.ts';
import { type OptionTerms, optionTerms } from '../market/option-pricing.ts';
import type { PriceModel } from '../market/prices.ts';
import { DELAY_MS, lastPriceAt, type Quote, quoteAt } from '../market/quotes.ts';
import { DAY_MS } from '../market/zone.ts';
import { changesDaily, genericTicksFor, type Tick } from './generic-ticks.ts';

/** Tick types for live data, and the ones that replace them when the data is delayed. */
const TICK_TYPES = {
  live: {
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
    open: 14,
    lastTime: 45,
    bidOption: 10,
    askOption: 11,
    lastOption: 12,
    modelOption: 13,
  },
  delayed: {
    bidSize: 69,
    bid: 66,
    ask: 67,
    askSize: 70,
    last: 68,
    lastSize: 71,
    high: 72,
    low: 73,
    volume: 74,
    close: 75,
    open: 76,
    lastTime: 88,
    bidOption: 80,
    askOption: 81,
    lastOption: 82,
    modelOption: 83,
  },
} as const;

/** Marks a price against which an order may be executed automatically. */
const CAN_AUTO_EXECUTE = 1;
const EXCHANGE_TICKS = { bid: 32, ask: 33, last: 84 };
const HALTED_TICK = 49;

export interface TickerOptions {
  readonly session: ClientSession;
  readonly model: PriceModel;
  readonly instrument: Instrument;
  readonly reqId: number;
  readonly delayed: boolean;
  readonly generics: readonly string[];
}

/** One market data line: sends everything once, then whatever has changed. */
export class Ticker {
  readonly #options: TickerOptions;
  readonly #types: (typeof TICK_TYPES)[keyof typeof TICK_TYPES];
  readonly #sent = new Map<number, string>();
  #day = Number.NaN;
  #second = Number.NaN;

  constructor(options: TickerOptions) {
    this.#options = options;
    this.#types = options.delayed ? TICK_TYPES.delayed : TICK_TYPES.live;
  }

  /** Sends the ticks that differ from those sent last. */
  update(now: number): void {
    const { model, instrument, delayed, generics } = this.#options;
    const instant = delayed ? now - DELAY_MS : now;
    // Nothing changes within a second.
    const second = Math.floor(instant / 1000);
    if (second === this.#second) return;
    this.#second = second;
    const quote = quoteAt(model, instrument, instant);
    for (const tick of this.#basicTicks(quote)) this.#send(tick);
    if (instrument.secType === 'OPT' && instrument.underlying)
      this.#sendComputations(quote, instrument.underlying, instant);
    const day = Math.floor(instant / DAY_MS);
    const due = day === this.#day ? generics.filter((id) => !changesDaily(id)) : generics;
    this.#day = day;
    for (const tick of genericTicksFor(due, { model, instrument, quote, instant })) this.#send(tick);
  }

  *#basicTicks(quote: Quote): Generator<Tick> {
    const types = this.#types;
    const { secType, currency } = this.#options.instrument;
    const traded = secType !== 'CASH';
    if (quote.bid !== undefined && quote.ask !== undefined) {
      yield { kind: 'price', type: types.bid, value: quote.bid, size: quote.bidSize, attributes: CAN_AUTO_EXECUTE };
      yield { kind: 'size', type: types.bidSize, value: quote.bidSize };
      yield { kind: 'price', type: types.ask, value: quote.ask, size: quote.askSize, attributes: CAN_AUTO_EXECUTE };
      yield { kind: 'size', type: types.askSize, value: quote.askSize };
    }
    if (traded) {
      yield { kind: 'price', type: types.last, value: quote.last, size: quote.lastSize };
      yield { kind: 'size', type: types.lastSize, value: quote.lastSize };
      yield { kind: 'size', type: types.volume, value: quote.volume };
      yield { kind: 'string', type: types.lastTime, value: String(quote.lastTime) };
      yield { kind: 'price', type: types.open, value: quote.dayOpen };
    }
    yield { kind: 'price', type: types.high, value: quote.high };
    yield { kind: 'price', type: types.low, value: quote.low };
    yield { kind: 'price', type: types.close, value: quote.close };
    if (this.#options.delayed) return;
    yield { kind: 'generic', type: HALTED_TICK, value: 0 };
    if (secType === 'STK' && currency === 'USD') {
      yield { kind: 'string', type: EXCHANGE_TICKS.bid, value: 'KPQ' };
      yield { kind: 'string', type: EXCHANGE_TICKS.ask, value: 'KQZ' };
      yield { kind: 'string', type: EXCHANGE_TICKS.last, value: 'D' };
    }
  }

  #sendComputations(quote: Quote, underlying: Instrument, instant: number): void {
    const { model, instrument } = this.#options;
    const { price: spot, session } = lastPriceAt(model, underlying, instant);
    const terms = optionTerms(instrument, session.tradingDay.day, model);
    const types = this.#types;
    const quoted = [
      [types.bidOption, quote.bid],
      [types.askOption, quote.ask],
      [types.lastOption, quote.last],
    ] as const;
    for (const [type, price] of quoted) {
      const volatility = price === undefined ? undefined : terms.impliedBy(price, spot);
      this.#sendComputation(type, terms, spot, price ?? -1, volatility);
    }
    this.#sendComputation(types.modelOption, terms, spot, terms.value(spot), terms.volatility);
  }

  #sendComputation(
    type: number,
    terms: OptionTerms,
    spot: number,
    price: number,
    volatility: number | undefined,
  ): void {
    const { session, reqId } = this.#options;
    const greeks = volatility === undefined ? undefined : terms.greeks(spot, volatility);
    const values = {
      impliedVol: volatility ?? -1,
      delta: greeks?.delta ?? -2,
      optPrice: price,
      pvDividend: 0,
      gamma: greeks?.gamma ?? -2,
      vega: greeks?.vega ?? -2,
      theta: greeks?.theta ?? -2,
      undPrice: spot,
    };
    if (!this.#isNews(type, JSON.stringify(values))) return;
    session.send('optionComputation', { reqId, tickType: type, tickAttrib: 0, ...values });
  }

  #isNews(type: number, text: string): boolean {
    if (this.#sent.get(type) === text) return false;
    this.#sent.set(type, text);
    return true;
  }

  #send(tick: Tick): void {
    const { session, reqId } = this.#options;
    const size = tick.kind === 'price' ? (tick.size ?? 0) : 0;
    if (!this.#isNews(tick.type, `${tick.value}/${size}`)) return;
    const values = { reqId, tickType: tick.type, value: tick.value };
    switch (tick.kind) {
      case 'price':
        session.send('tickPrice', {
          reqId,
          tickType: tick.type,
          price: tick.value,
          size,
          attrMask: tick.attributes ?? 0,
        });
        break;
      case 'size':
        session.send('tickSize', { reqId, tickType: tick.type, size: tick.value });
        break;
      case 'generic':
        session.send('tickGeneric', values);
        break;
      case 'string':
        session.send('tickString', values);
        break;
    }
  }
}
