import { Decimal } from 'decimal.js';
import type { AccountBook } from '../accounts/book.ts';
import type { Catalogue } from '../market/catalogue.ts';
import type { Instrument } from '../market/instruments.ts';
import { optionTerms } from '../market/option-pricing.ts';
import type { PriceModel } from '../market/prices.ts';
import { lastPriceAt } from '../market/quotes.ts';
import { incrementAt } from '../market/rules.ts';
import type { Zone } from '../market/zone.ts';
import { comboTick, comboView } from './combos.ts';
import { firstIds, type IdState } from './ids.ts';
import { Liquidity } from './liquidity.ts';
import { MarketView, type View } from './market-view.ts';
import type { Notice } from './messages.ts';
import type { Order, OrderTerms } from './model.ts';
import { limitOf, type PricingFacts } from './pricing.ts';
import { OrderRegistry } from './registry.ts';
import { Sessions } from './sessions.ts';
import { instrumentOf, totalOf, type Working, zero } from './working.ts';

export interface FloorOptions {
  readonly model: PriceModel;
  readonly catalogue: Catalogue;
  readonly book: AccountBook;
  readonly zone: Zone;
  readonly seed: number;
}

/** Where orders meet the market: what all parts of the exchange work on, at the instant the exchange has come to. */
export class Floor {
  readonly model: PriceModel;
  readonly catalogue: Catalogue;
  readonly book: AccountBook;
  readonly zone: Zone;
  readonly seed: number;
  readonly sessions: Sessions;
  readonly market: MarketView;
  readonly registry = new OrderRegistry();
  readonly liquidity: Liquidity;
  ids: IdState;
  /** The instant up to which everything has happened, epoch milliseconds. */
  at: number;
  /** The last second whose prices every order has met, epoch milliseconds. */
  through: number;
  halted = false;
  nextRejection: Notice | undefined;

  constructor({ model, catalogue, book, zone, seed }: FloorOptions, at: number) {
    this.model = model;
    this.catalogue = catalogue;
    this.book = book;
    this.zone = zone;
    this.seed = seed;
    this.sessions = new Sessions(model);
    this.market = new MarketView(model, seed);
    this.liquidity = new Liquidity(this.market);
    this.ids = firstIds(seed);
    this.at = at;
    this.through = Math.floor(at / 1000) * 1000;
  }

  nextPermId(): number {
    const { permId } = this.ids;
    this.ids = { ...this.ids, permId: permId + 1 };
    return permId;
  }

  nextExecution(): number {
    const { execution } = this.ids;
    this.ids = { ...this.ids, execution: execution + 1 };
    return execution;
  }

  nextSequence(): number {
    const { sequence } = this.ids;
    this.ids = { ...this.ids, sequence: sequence + 1 };
    return sequence;
  }

  /** A listed contract by its id. */
  instrument(conId: number): Instrument | undefined {
    return this.catalogue.byConId(conId, this.zone.day(this.at));
  }

  /** The quote of what an order trades, now. */
  view(terms: OrderTerms): View {
    return terms.combo
      ? comboView(terms, (instrument) => this.market.quote(instrument, this.at))
      : this.market.quote(terms.legs[0].instrument, this.at);
  }

  tick(terms: OrderTerms, price: number): number {
    return terms.combo ? comboTick(terms) : incrementAt(terms.legs[0].instrument.rule, price);
  }

  /** What a working order's price is found with. */
  pricingFacts({ order }: Working, view: View): PricingFacts {
    const { terms } = order;
    const instrument = instrumentOf(order);
    const { underlying } = instrument;
    const benchmark = terms.pegBench && this.instrument(terms.pegBench.conId);
    const derived = underlying && instrument.secType === 'OPT';
    const spot = derived ? lastPriceAt(this.model, underlying, this.at).price : undefined;
    const day = this.model.schedule(instrument).latest(this.at).day;
    return {
      view,
      tick: this.tick(terms, view.last),
      ...(benchmark ? { reference: this.market.quote(benchmark, this.at).last } : {}),
      ...(spot === undefined
        ? {}
        : {
            spot,
            valueAt: (volatility: number) => optionTerms(instrument, day, this.model).greeks(spot, volatility).price,
          }),
    };
  }

  /** The limit a working order has now: see `limitOf`. */
  limit(working: Working, view: View): number | undefined | null {
    return limitOf(working, this.pricingFacts(working, view));
  }

  parentOf(order: Order): Order | undefined {
    return order.parentPermId === 0 ? undefined : this.registry.find(order.parentPermId);
  }

  /** How much of an attached order may work: as large a part as its parent's that was filled. */
  released({ order }: Working): Decimal {
    const parent = this.parentOf(order);
    if (order.parentPermId === 0 || !parent || parent.status === 'Filled') return totalOf(order);
    if (parent.filled.isZero()) return zero;
    const { sizeIncrement } = instrumentOf(order);
    const share = totalOf(order).mul(parent.filled).div(totalOf(parent)).div(sizeIncrement);
    return share.toDecimalPlaces(0, Decimal.ROUND_DOWN).mul(sizeIncrement);
  }

  isReleased(working: Working): boolean {
    const { order } = working;
    return order.parentPermId === 0 || !(this.parentOf(order)?.filled.isZero() ?? false);
  }

  /** Whether the market an order is for lets it work now. */
  isOpenFor(terms: OrderTerms): boolean {
    return terms.legs.every(({ instrument }) =>
      this.sessions.works(terms, instrument, this.sessions.at(instrument, this.at).phase),
    );
  }

  /** Whether the times an order names let it work now. */
  isTimely({ goodAfter, activeStart, activeStop }: OrderTerms): boolean {
    const { at } = this;
    return at >= (goodAfter ?? at) && at >= (activeStart ?? at) && (activeStop === undefined || at < activeStop);
  }

  isActive(working: Working): boolean {
    const { order, transmitted, conditionsMet, awaitsLocate } = working;
    return (
      transmitted &&
      !working.completed &&
      !working.inactive &&
      conditionsMet &&
      !awaitsLocate &&
      !this.halted &&
      this.isReleased(working) &&
      this.isTimely(order.terms) &&
      this.isOpenFor(order.terms)
    );
  }
}
