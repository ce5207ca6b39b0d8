import { Decimal } from 'decimal.js';
import { multiplierOf } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
import type { PriceModel } from '../market/prices.ts';
import { markAt, previousCloseAt } from '../market/quotes.ts';
import type { Account, Holding } from './account.ts';

/** A holding at current prices, in the instrument's currency. */
export interface ValuedHolding {
  readonly holding: Holding;
  readonly price: Decimal;
  readonly marketValue: Decimal;
  readonly unrealized: Decimal;
  /** Change of value since the previous close. */
  readonly daily: Decimal;
  /** Units of base currency per unit of the instrument's. */
  readonly rate: Decimal;
}

/** One currency's part of the account; `BASE` is the whole, in base currency. */
export interface Ledger {
  readonly currency: string;
  readonly rate: Decimal;
  readonly cash: Decimal;
  readonly stocks: Decimal;
  readonly options: Decimal;
  readonly unrealized: Decimal;
  readonly realized: Decimal;
  readonly netLiquidation: Decimal;
}

export interface Valuation {
  readonly account: Account;
  readonly holdings: readonly ValuedHolding[];
  readonly base: Ledger;
  readonly currencies: readonly Ledger[];
  /** In base currency. */
  readonly daily: Decimal;
}

const CENTS = 2;
const ZERO = new Decimal(0);
const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), ZERO);

/** Units of `to` per unit of `from`, through a listed pair. @throws {RangeError} when no pair is listed */
export function exchangeRate(model: PriceModel, from: string, to: string, instant: number): Decimal {
  if (from === to) return new Decimal(1);
  const pairs = listings.filter(({ secType }) => secType === 'CASH');
  const direct = pairs.find(({ symbol, currency }) => symbol === from && currency === to);
  if (direct) return new Decimal(markAt(model, direct, instant));
  const inverse = pairs.find(({ symbol, currency }) => symbol === to && currency === from);
  if (inverse) return new Decimal(1).div(markAt(model, inverse, instant)).toDecimalPlaces(7);
  throw new RangeError(`no rate from ${from} to ${to}`);
}

export function valueHolding(
  model: PriceModel,
  holding: Holding,
  baseCurrency: string,
  instant: number,
): ValuedHolding {
  const { instrument, quantity, averageCost } = holding;
  const price = new Decimal(markAt(model, instrument, instant));
  const size = quantity.mul(multiplierOf(instrument));
  const marketValue = size.mul(price);
  return {
    holding,
    price,
    marketValue,
    unrealized: marketValue.minus(quantity.mul(averageCost)),
    daily: size.mul(price.minus(previousCloseAt(model, instrument, instant))),
    rate: exchangeRate(model, instrument.currency, baseCurrency, instant),
  };
}

/** The account at the prices of an instant. Amounts are whole cents, and every total is the sum of its parts. */
export function valueAccount(model: PriceModel, account: Account, instant: number): Valuation {
  const holdings = account.holdings.map((holding) => valueHolding(model, holding, account.baseCurrency, instant));
  const names = new Set([
    account.baseCurrency,
    ...account.cash.keys(),
    ...account.holdings.map(({ instrument }) => instrument.currency),
  ]);
  const currencies = [...names].map((currency): Ledger => {
    const own = holdings.filter(({ holding }) => holding.instrument.currency === currency);
    const total = (secType: string): Decimal =>
      sum(
        own.filter(({ holding }) => holding.instrument.secType === secType).map(({ marketValue }) => marketValue),
      ).toDecimalPlaces(CENTS);
    const cash = account.cash.get(currency) ?? ZERO;
    const stocks = total('STK');
    const options = total('OPT');
    return {
      currency,
      rate: exchangeRate(model, currency, account.baseCurrency, instant),
      cash,
      stocks,
      options,
      unrealized: sum(own.map(({ unrealized }) => unrealized)).toDecimalPlaces(CENTS),
      realized: currency === account.baseCurrency ? account.realizedToday : ZERO,
      netLiquidation: cash.plus(stocks).plus(options),
    };
  });
  const converted = (part: (ledger: Ledger) => Decimal): Decimal =>
    sum(currencies.map((ledger) => part(ledger).mul(ledger.rate).toDecimalPlaces(CENTS)));
  const cash = converted((ledger) => ledger.cash);
  const stocks = converted((ledger) => ledger.stocks);
  const options = converted((ledger) => ledger.options);
  return {
    account,
    holdings,
    currencies,
    base: {
      currency: 'BASE',
      rate: new Decimal(1),
      cash,
      stocks,
      options,
      unrealized: converted((ledger) => ledger.unrealized),
      realized: converted((ledger) => ledger.realized),
      netLiquidation: cash.plus(stocks).plus(options),
    },
    daily: sum(holdings.map(({ daily, rate }) => daily.mul(rate).toDecimalPlaces(CENTS))),
  };
}
