import { Decimal } from 'decimal.js';
import type { Account, Holding } from '../../../simulator/accounts/account.ts';
import { createAccountBook } from '../../../simulator/accounts/account-book.ts';
import type { AccountBook, Delivery, MarginState, Trade } from '../../../simulator/accounts/book.ts';
import { createExchange } from '../../../simulator/exchange/exchange.ts';
import type { Exchange, ExchangeEvent, Order, OrderTerms } from '../../../simulator/exchange/model.ts';
import { plainOrder } from '../../../simulator/exchange/plain-order.ts';
import { Catalogue } from '../../../simulator/market/catalogue.ts';
import { createSchedules } from '../../../simulator/market/exchanges.ts';
import { type Instrument, pointValueOf } from '../../../simulator/market/instruments.ts';
import { listings } from '../../../simulator/market/listings.ts';
import { PriceModel } from '../../../simulator/market/prices.ts';
import { type Quote, quoteAt } from '../../../simulator/market/quotes.ts';
import { Zone } from '../../../simulator/market/zone.ts';

/** Friday 2026-11-20, 12:00 in New York: the regular session is on. */
export const noon = Date.parse('2026-11-20T17:00:00Z');
export const secondMs = 1000;
export const minuteMs = 60 * secondMs;
export const hour = 60 * minuteMs;
const zero = new Decimal(0);

export function listed(symbol: string): Instrument {
  const found = listings.find((listing) => listing.localSymbol === symbol);
  if (!found) throw new RangeError(`${symbol} is not listed`);
  return found;
}

const holding = (held: Pick<Holding, 'instrument' | 'quantity'>): Holding => ({
  ...held,
  averageCost: zero,
  cost: zero,
  realizedToday: zero,
  unsettled: zero,
  valueAtOpen: zero,
  flowToday: zero,
});

/** A book that keeps cash and positions in one currency and asks a quarter of their value as margin. */
export class PlainBook implements AccountBook {
  readonly trades: Trade[] = [];
  readonly days: number[] = [];
  readonly #ids: readonly string[];
  readonly #cash: number;

  readonly #blank: readonly Account[];

  constructor(ids: readonly string[], model: PriceModel, cash = 1e9) {
    this.#ids = ids;
    this.#blank = createAccountBook({ accounts: ['DU0'], model, today: 20_000 }).accounts;
    this.#cash = cash;
  }

  get accounts(): Account[] {
    return this.#ids.map((id) => this.account(id));
  }

  account(id: string): Account {
    const positions = new Map<number, { instrument: Instrument; quantity: Decimal }>();
    for (const { instrument, side, quantity } of this.trades.filter(({ account }) => account === id)) {
      const before = positions.get(instrument.conId)?.quantity ?? zero;
      positions.set(instrument.conId, {
        instrument,
        quantity: before.plus(side === 'BUY' ? quantity : quantity.neg()),
      });
    }
    const [empty] = this.#blank;
    if (!empty) throw new RangeError('no accounts');
    const holdings = [...positions.values()].flatMap((held) => (held.quantity.isZero() ? [] : [holding(held)]));
    return { ...empty, id, holdings };
  }

  position(account: string, instrument: Instrument): number {
    const held = this.account(account).holdings.find((holding) => holding.instrument.conId === instrument.conId);
    return held?.quantity.toNumber() ?? 0;
  }

  book(trade: Trade): Decimal | undefined {
    this.trades.push(trade);
    return undefined;
  }

  deliver({ option, underlying }: Delivery): void {
    this.trades.push(option, underlying);
  }

  correct(execId: string, price: number): Decimal | undefined {
    const index = this.trades.findIndex((trade) => trade.execId === execId);
    const trade = this.trades[index];
    if (!trade) throw new RangeError('no such trade');
    this.trades[index] = { ...trade, price };
    return undefined;
  }

  margin(id: string): MarginState {
    return this.marginWith(id, []);
  }

  marginWith(id: string, more: readonly Trade[]): MarginState {
    const own = [...this.trades.filter(({ account }) => account === id), ...more];
    const value = own.reduce((sum, { side, quantity, price, instrument }) => {
      const amount = quantity.mul(price).mul(pointValueOf(instrument));
      return side === 'BUY' ? sum.plus(amount) : sum.minus(amount);
    }, zero);
    const initial = value.abs().div(4);
    const equityWithLoan = new Decimal(this.#cash);
    const availableFunds = equityWithLoan.minus(initial);
    return {
      initial,
      maintenance: initial,
      equityWithLoan,
      availableFunds,
      excessLiquidity: availableFunds,
      buyingPower: availableFunds.mul(4),
      cushion: availableFunds.div(equityWithLoan).toNumber(),
    };
  }

  commission(_instrument: Instrument, quantity: Decimal): Decimal {
    return Decimal.max(1, quantity.mul('0.005'));
  }

  onChange(): void {}

  rollDay(day: number): void {
    this.days.push(day);
  }

  save(): unknown {
    return this.trades;
  }

  restore(): void {}
}

/** An exchange with a clock that tests move, and everything it told. */
export class TestExchange {
  readonly model: PriceModel;
  readonly book: PlainBook;
  readonly exchange: Exchange;
  readonly events: ExchangeEvent[] = [];
  now: number;
  #orderId = 0;

  constructor({ at = noon, seed = 7, cash = 1e9, accounts = ['DU1', 'DU2'] } = {}) {
    this.now = at;
    this.model = new PriceModel(seed, createSchedules());
    this.book = new PlainBook(accounts, this.model, cash);
    this.exchange = createExchange({
      model: this.model,
      catalogue: new Catalogue(this.model),
      book: this.book,
      zone: new Zone('US/Eastern'),
      now: () => this.now,
      seed,
    });
    this.exchange.onEvent((event) => this.events.push(event));
  }

  quote(instrument: Instrument): Quote & { readonly bid: number; readonly ask: number } {
    const quote = quoteAt(this.model, instrument, this.now);
    return { ...quote, bid: quote.bid ?? quote.last, ask: quote.ask ?? quote.last };
  }

  advance(milliseconds: number): void {
    this.now += milliseconds;
    this.exchange.advance(this.now);
  }

  /** Places an order under the next id and returns it as it is afterwards; undefined when refused. */
  place(terms: OrderTerms, orderId = this.nextId()): Order | undefined {
    this.exchange.place({ clientId: 1, orderId }, terms, { values: {}, rows: {} });
    return this.ofId(orderId);
  }

  nextId(): number {
    this.#orderId += 1;
    return this.#orderId;
  }

  get lastId(): number {
    return this.#orderId;
  }

  ofId(orderId: number): Order | undefined {
    return [...this.exchange.open(), ...this.exchange.completed()].find((order) => order.owner.orderId === orderId);
  }

  codes(): number[] {
    return this.events.flatMap((event) => (event.type === 'error' || event.type === 'warning' ? [event.code] : []));
  }

  texts(): string[] {
    return this.events.flatMap((event) => (event.type === 'error' || event.type === 'warning' ? [event.text] : []));
  }
}

/** A market order for 100 to buy during the day, changed as given. */
export function terms(instrument: Instrument, changes: Partial<OrderTerms> = {}): OrderTerms {
  return {
    account: 'DU1',
    legs: [{ instrument, ratio: 1, side: 'BUY', exchange: 'SMART' }],
    ...plainOrder,
    exchange: 'SMART',
    side: 'BUY',
    quantity: new Decimal(100),
    type: 'MKT',
    ...changes,
  };
}
