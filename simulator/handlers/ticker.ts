import { changesDaily, genericTicksFor } from '../market/generic-ticks.ts';
import { type Instrument, isOption } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import { delayMs } from '../market/quotes.ts';
import { dayMs } from '../market/zone.ts';
import type { ClientSession } from '../session/client-session.ts';
import type { Grant } from './market-data-grant.ts';
import type { NewsLine } from './news-line.ts';
import { computationsOf } from './option-values.ts';
import { quotesOf } from './quote-cache.ts';
import { quoteTicks } from './quote-ticks.ts';
import { TickSender } from './tick-sender.ts';
import { tickTypes } from './tick-types.ts';

export interface TickerOptions {
  readonly session: ClientSession;
  readonly model: PriceModel;
  readonly instrument: Instrument;
  readonly reqId: number;
  readonly grant: Grant;
  readonly generics: readonly string[];
  /** Set when headlines are wanted. */
  readonly news?: NewsLine;
}

/** One market data line: sends everything once, then whatever has changed. */
export class Ticker {
  readonly #options: TickerOptions;
  readonly #sender: TickSender;
  #day = Number.NaN;
  #second = Number.NaN;

  constructor(options: TickerOptions) {
    this.#options = options;
    this.#sender = new TickSender(options.session, options.reqId);
  }

  /** Sends the ticks that differ from those sent last. */
  update(now: number): void {
    const { model, instrument, grant, generics } = this.#options;
    const instant = grant.delayed ? now - delayMs : now;
    // Nothing changes within a second.
    const second = Math.floor(instant / 1000);
    if (second === this.#second) return;
    this.#second = second;
    const quote = quotesOf(model).at(instrument, instant);
    this.#sender.sendDataType(grant.typeWhen(quote.open));
    if (!grant.genericsOnly) this.#sendQuote(instant);
    const day = Math.floor(instant / dayMs);
    const due = day === this.#day ? generics.filter((id) => !changesDaily(id)) : generics;
    this.#day = day;
    this.#options.news?.update(now);
    if (due.length === 0) return;
    for (const tick of genericTicksFor(due, { model, instrument, quote, instant })) this.#sender.send(tick);
  }

  #sendQuote(instant: number): void {
    const { model, instrument, grant } = this.#options;
    const types = grant.delayed ? tickTypes.delayed : tickTypes.live;
    const quote = quotesOf(model).at(instrument, instant);
    for (const tick of quoteTicks(instrument, quote, types, !grant.delayed)) this.#sender.send(tick);
    if (!isOption(instrument)) return;
    const { bid, ask, last, model: fair } = computationsOf(model).at(instrument, instant);
    this.#sender.sendComputation(types.bidOption, bid);
    this.#sender.sendComputation(types.askOption, ask);
    this.#sender.sendComputation(types.lastOption, last);
    this.#sender.sendComputation(types.modelOption, fair);
  }
}
