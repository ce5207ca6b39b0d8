import { Decimal } from 'decimal.js';
import type { OrderTerms } from '../../../shared/orders/order.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { pointValueOf } from '../../gateway/contracts/price-unit.ts';
import { baseCurrency } from '../../tools/support/currencies.ts';
import type { Quote } from '../../tools/support/quote.ts';
import { inBase, orderUnits } from './money.ts';
import { entryOf, marketPrice, type Scene } from './scene.ts';

/** What an order trades, gross, in base currency, with the price that it is reckoned by. */
export interface Notional {
  readonly amount: Decimal;
  readonly currency: string;
  readonly basis: string;
}

/** Prices that are not of this moment are taken for so much worse. */
const surcharge = 1.2;

/** Kinds whose contracts stand for more than one unit of what is quoted. */
const multiplied: ReadonlySet<string> = new Set(['OPT', 'FOP', 'FUT', 'WAR']);

interface Priced {
  /** In the unit of quotes. */
  readonly price: Decimal;
  readonly basis: string;
}

/** Why it is not known, and whether it is for the lack of a price alone. */
export interface UnknownNotional {
  readonly because: string;
  readonly unpriced: boolean;
}

/** What an order is worth, or why nobody knows. */
export function notionalOf(scene: Scene): Notional | UnknownNotional {
  const { order, instrument, values } = scene;
  const base = baseCurrency(values);
  const terms = entryOf(order);
  if (base === undefined) return unknown('IB has not told the account’s base currency.');
  if (!terms) return exercised(scene, base);
  if (instrument.secType === 'BOND') return unknown('The face value of bonds is not told by IB.');
  if (instrument.legs) return ofLegs(scene, instrument.legs, base);
  const money = terms.cashQuantity;
  const units = orderUnits(scene);
  if (money !== undefined) return told(inBase(new Decimal(money), instrument.currency, values), base, 'its amount');
  if (units === undefined) return unknown('Its size is not known.');
  if (instrument.secType === 'CASH') {
    const amount = inBase(units, order.contract.symbol, values);
    if (amount !== undefined) return told(amount, base, 'IB’s exchange rate');
  }
  const priced = priceOf(terms, scene);
  return priced === undefined ? unpriced('There is no price for it.') : worth(units, priced, instrument, scene, base);
}

function worth(units: Decimal, { price, basis }: Priced, instrument: Instrument, { values }: Scene, base: string) {
  const { details, secType, currency } = instrument;
  if (multiplied.has(secType) && !Number(details.contract.multiplier)) return unknown('Its multiplier is not known.');
  const amount = units.mul(price.abs()).mul(pointValueOf(details));
  return told(inBase(amount, currency, values), base, basis);
}

function told(amount: Decimal | undefined, currency: string, basis: string): Notional | UnknownNotional {
  return amount === undefined
    ? unknown(`IB has not told the exchange rate to ${currency}.`)
    : { amount, currency, basis };
}

/** A limit to buy bounds itself; everything else is worth what the market says, or its own price where that is higher. */
function priceOf(terms: OrderTerms, scene: Scene): Priced | undefined {
  const limit =
    terms.limitPrice === undefined || Number(terms.limitPrice) === 0 ? undefined : new Decimal(terms.limitPrice);
  if (terms.side === 'BUY' && limit) return { price: limit, basis: `its own limit of ${limit.toFixed()}` };
  const named = [limit, terms.stopPrice, terms.trailStopPrice].flatMap((price) => (price ? [new Decimal(price)] : []));
  const own = named.length > 0 ? Decimal.max(...named) : undefined;
  const market = marketBasis(scene.quote, terms.side) ?? markBasis(scene.mark);
  if (market && (!own || own.lte(market.price))) return market;
  return own && { price: own, basis: `its own price of ${own.toFixed()}` };
}

function marketBasis(quote: Quote | undefined, side: OrderTerms['side']): Priced | undefined {
  const price = marketPrice(quote, side);
  if (!quote || price === undefined) return undefined;
  const isClose = (side === 'BUY' ? quote.ask : quote.bid) === undefined && quote.last === undefined;
  if (quote.dataType === 'live' && !isClose) return { price: new Decimal(price), basis: `the live price of ${price}` };
  const kind = isClose ? 'the previous close' : `the ${quote.dataType} price`;
  return { price: new Decimal(price).mul(surcharge), basis: `${kind} of ${price} and 20 %` };
}

function markBasis(mark: number | undefined): Priced | undefined {
  return mark === undefined
    ? undefined
    : { price: new Decimal(mark).mul(surcharge), basis: `the portfolio’s mark of ${mark} and 20 %` };
}

/** Every leg counts, whatever the others take back. */
function ofLegs(scene: Scene, legs: readonly Instrument[], base: string): Notional | UnknownNotional {
  const { order, legQuotes } = scene;
  const terms = entryOf(order);
  const units = orderUnits(scene);
  if (!terms || units === undefined) return unknown('Its size is not known.');
  let amount = new Decimal(0);
  let delayed = false;
  for (const [index, leg] of legs.entries()) {
    const { ratio = 1, side = 'BUY' } = order.contract.legs?.[index] ?? {};
    const priced = marketBasis(legQuotes[index], side === terms.side ? 'BUY' : 'SELL');
    if (!priced) return unpriced(`There is no price for its leg ${leg.name}.`);
    delayed ||= legQuotes[index]?.dataType !== 'live';
    const part = worth(units.mul(ratio), priced, leg, scene, base);
    if ('because' in part) return part;
    amount = amount.plus(part.amount);
  }
  return { amount, currency: base, basis: `all legs, gross, by ${delayed ? 'their prices and 20 %' : 'live prices'}` };
}

function exercised({ order, instrument, values }: Scene, base: string): Notional | UnknownNotional {
  if (order.kind !== 'exercise') return unknown('Its size is not known.');
  if (order.action === 'lapse') return { amount: new Decimal(0), currency: base, basis: 'nothing is traded' };
  const { strike = 0 } = instrument.details.contract;
  const amount = new Decimal(order.quantity).mul(strike).mul(pointValueOf(instrument.details, 100));
  return told(inBase(amount, instrument.currency, values), base, `the strike of ${strike}`);
}

const unknown = (because: string): UnknownNotional => ({ because, unpriced: false });
const unpriced = (because: string): UnknownNotional => ({ because, unpriced: true });
