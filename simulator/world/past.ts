import { Decimal } from 'decimal.js';
import type { AccountBook } from '../accounts/book.ts';
import type { Exchange, OrderTerms } from '../exchange/model.ts';
import { plainOrder } from '../exchange/plain-order.ts';
import { expiriesOn, optionClasses, optionOf, strikesOf } from '../market/derivatives.ts';
import { exchangeSchedules } from '../market/exchanges.ts';
import type { Instrument } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
import { hashText, mix, unit } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import type { Side } from '../market/side.ts';
import type { Zone } from '../market/zone.ts';

/** What is bought and sold again, so that every currency and kind shows up in the statements. */
const habits: readonly (readonly [symbol: string, currency: string, quantity: number])[] = [
  ['AAPL', 'USD', 20],
  ['NVDA', 'USD', 25],
  ['SPY', 'USD', 8],
  ['SAP', 'EUR', 20],
  ['KO', 'USD', 60],
  ['SHEL', 'GBP', 150],
  ['EUR', 'USD', 25_000],
];
/** Minutes of the day in New York at which America and Europe are open. */
const tradingMinute = 10 * 60 + 7;
const minuteMs = 60_000;
/** How likely a trading day has a trade, and how often an option is bought, in trading days, and how long it is kept. */
const activity = 0.45;
const optionEvery = 12;
const optionKept = 5;
/** The last option is bought so many days before the present, and kept. */
const optionAgo = 12;
const leastDaysToExpiry = 50;

interface PastWorld {
  readonly exchange: Exchange;
  readonly book: AccountBook;
  readonly model: PriceModel;
  readonly zone: Zone;
  readonly seed: number;
}

interface Wish {
  readonly instrument: Instrument;
  readonly side: Side;
  readonly quantity: number;
  readonly reference: string;
}

/**
 * Lets the first account that trades do so from one instant to another: market orders at the prices of the market, by a
 * rule that the seed decides. The exchange and the books do the rest, as they do in the present.
 * @param goTo brings the clock and the market to an instant
 */
export function liveThrough(
  world: PastWorld,
  { from, to }: { from: number; to: number },
  goTo: (at: number) => void,
): void {
  const { zone, book, exchange } = world;
  const account = book.accounts.find(({ type }) => type !== 'ADVISOR')?.id;
  const trader = new Trader(world, zone.day(to));
  for (let day = zone.day(from) + 1; account !== undefined && day <= zone.day(to); day += 1) {
    if (!exchangeSchedules.usStocks.tradingDay(day)) continue;
    for (const [index, wish] of trader.wishes(day).entries()) {
      const at = zone.instant(day, tradingMinute + 11 * index);
      if (at + minuteMs >= to) break;
      goTo(at);
      trade(exchange, account, wish, () => goTo(at + minuteMs));
    }
  }
  goTo(to);
}

/** Gives an order its minute. What the market does not take by then, because it is closed or halted, is taken back. */
function trade(exchange: Exchange, account: string, wish: Wish, wait: () => void): void {
  const { permId } = exchange.scripts.enterByHand(termsOf(account, wish));
  wait();
  if (exchange.open().some((order) => order.permId === permId)) exchange.scripts.cancel(permId, '');
}

function termsOf(account: string, { instrument, side, quantity, reference }: Wish): OrderTerms {
  const exchange = instrument.secType === 'CASH' ? 'IDEALPRO' : 'SMART';
  return {
    ...plainOrder,
    account,
    legs: [{ instrument, ratio: 1, side: 'BUY', exchange }],
    exchange,
    side,
    quantity: new Decimal(quantity),
    type: 'MKT',
    orderRef: reference,
  };
}

/** Decides what to trade, day by day: what was bought is sold the next time. */
class Trader {
  readonly #world: PastWorld;
  readonly #today: number;
  readonly #bought = new Set<Instrument>();
  #option: Instrument | undefined;
  #optionSince = 0;
  #tradingDays = 0;

  constructor(world: PastWorld, today: number) {
    this.#world = world;
    this.#today = today;
  }

  wishes(day: number): Wish[] {
    this.#tradingDays += 1;
    const key = mix(this.#world.seed, hashText('past'));
    const isActive = day === this.#today || unit(key, day) < activity;
    return [
      ...(isActive ? this.#swing(Math.floor(unit(mix(key, 1), day) * habits.length)) : []),
      ...this.#options(day),
    ];
  }

  #swing(habit: number): Wish[] {
    const [symbol, currency, quantity] = habits[habit] as (typeof habits)[number];
    const instrument = listings.find((listing) => listing.symbol === symbol && listing.currency === currency);
    if (!instrument) throw new RangeError(`${symbol}.${currency} is not listed`);
    const side = this.#bought.delete(instrument) ? 'SELL' : 'BUY';
    if (side === 'BUY') this.#bought.add(instrument);
    return [{ instrument, side, quantity, reference: 'swing' }];
  }

  #options(day: number): Wish[] {
    const held = this.#option;
    if (held) {
      if (this.#tradingDays - this.#optionSince < optionKept || day > this.#today - optionAgo) return [];
      this.#option = undefined;
      return [{ instrument: held, side: 'SELL', quantity: 2, reference: 'calls' }];
    }
    const isLast = day >= this.#today - optionAgo;
    if (!isLast && this.#tradingDays % optionEvery !== 1) return [];
    this.#option = this.#call(day);
    this.#optionSince = this.#tradingDays;
    return [{ instrument: this.#option, side: 'BUY', quantity: 2, reference: 'calls' }];
  }

  /** The call at the money that expires in the first month far enough away. */
  #call(day: number): Instrument {
    const { model } = this.#world;
    const [optionClass] = optionClasses;
    if (!optionClass) throw new RangeError('no options are listed');
    const expiry = expiriesOn(optionClass, day, model).find((date) => date > day + leastDaysToExpiry) as number;
    const spot = model.closeOf(optionClass.underlying, model.schedule(optionClass.underlying).previous(day - 1).day);
    const strike = strikesOf(optionClass, expiry, model).find((candidate) => candidate >= spot) as number;
    return optionOf(optionClass, expiry, strike, 'C');
  }
}
