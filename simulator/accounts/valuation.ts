import { Decimal } from 'decimal.js';
import type { PriceModel } from '../market/prices.ts';
import type { Account, Holding } from './account.ts';
import { accruedCoupon, type Bucket, bucketOf, settlementOf, valueAt } from './kinds.ts';
import { requirementsOf } from './margin.ts';
import { type Prices, pricesAt } from './prices.ts';
import { rateIn } from './rates.ts';
import type { Ledger, Valuation, ValuedHolding } from './valued.ts';

const centDecimals = 2;
const zero = new Decimal(0);
const buckets: readonly Bucket[] = [
  'stocks',
  'options',
  'futureOptions',
  'bonds',
  'treasuryBonds',
  'treasuryBills',
  'funds',
  'moneyMarketFunds',
  'crypto',
  'warrants',
  'issuerOptions',
];
/** What nobody lends against. */
const withoutLoan: ReadonlySet<Bucket> = new Set(['options', 'futureOptions', 'warrants', 'issuerOptions']);
const options: ReadonlySet<string> = new Set(['OPT', 'FOP']);

const sum = (values: readonly Decimal[]): Decimal => values.reduce((total, value) => total.plus(value), zero);
const cents = (value: Decimal): Decimal => value.toDecimalPlaces(centDecimals);

export function valueHolding(
  prices: Prices,
  holding: Holding,
  { baseCurrency, day }: Pick<Account, 'baseCurrency' | 'day'>,
): ValuedHolding {
  const { instrument, quantity, cost, unsettled, valueAtOpen, flowToday } = holding;
  const price = quantity.isZero() ? zero : prices.of(instrument);
  const marketValue = valueAt(instrument, quantity, price);
  const settlement = settlementOf(instrument);
  const underlying = options.has(instrument.secType) && !quantity.isZero() ? instrument.underlying : undefined;
  return {
    holding,
    price,
    marketValue,
    unrealized: marketValue.minus(cost),
    daily: marketValue.minus(valueAtOpen).plus(flowToday),
    unsettled: settlement === 'daily' || settlement === 'closing' ? marketValue.minus(unsettled) : zero,
    ...(underlying ? { underlyingPrice: prices.of(underlying) } : {}),
    accruedCoupon: accruedCoupon(instrument, quantity, day),
    ...(quantity.isNegative() ? { borrowFee: prices.borrowFee(instrument) } : {}),
    rate: rateIn(prices, instrument.currency, baseCurrency),
  };
}

/** A ledger whose totals are the sums of its parts. */
function ledgerOf(parts: Omit<Ledger, 'equityWithLoan' | 'netLiquidation'>): Ledger {
  const { cash, futuresPnl, values, accruedInterest, accruedDividends } = parts;
  const lent = buckets.filter((bucket) => !withoutLoan.has(bucket)).map((bucket) => values[bucket]);
  const unlent = [...withoutLoan].map((bucket) => values[bucket]);
  const equityWithLoan = sum([cash, futuresPnl, ...lent]);
  return {
    ...parts,
    equityWithLoan,
    netLiquidation: sum([equityWithLoan, ...unlent, accruedInterest, accruedDividends]),
  };
}

const byBucket = (value: (bucket: Bucket) => Decimal): Record<Bucket, Decimal> =>
  Object.fromEntries(buckets.map((bucket) => [bucket, value(bucket)])) as Record<Bucket, Decimal>;

function currencyLedger(account: Account, valued: readonly ValuedHolding[], currency: string, rate: Decimal): Ledger {
  const own = valued.filter(({ holding }) => holding.instrument.currency === currency);
  const total = (part: (valued: ValuedHolding) => Decimal): Decimal => cents(sum(own.map(part)));
  const inBucket = (bucket: Bucket): Decimal =>
    total(({ holding, marketValue }) => (bucketOf(holding.instrument) === bucket ? marketValue : zero));
  return ledgerOf({
    currency,
    rate,
    cash: cents(account.cash.get(currency) ?? zero),
    futuresPnl: total(({ unsettled }) => unsettled),
    values: byBucket(inBucket),
    accruedInterest: cents(
      sum([account.accruedInterest.get(currency) ?? zero, ...own.map((valued) => valued.accruedCoupon)]),
    ),
    accruedDividends: cents(account.accruedDividends.get(currency) ?? zero),
    unrealized: total(({ holding, unrealized }) => (holding.quantity.isZero() ? zero : unrealized)),
    realized: total(({ holding }) => holding.realizedToday),
  });
}

function baseLedger(currencies: readonly Ledger[]): Ledger {
  const converted = (part: (ledger: Ledger) => Decimal): Decimal =>
    sum(currencies.map((ledger) => cents(part(ledger).mul(ledger.rate))));
  return ledgerOf({
    currency: 'BASE',
    rate: new Decimal(1),
    cash: converted((ledger) => ledger.cash),
    futuresPnl: converted((ledger) => ledger.futuresPnl),
    values: byBucket((bucket) => converted((ledger) => ledger.values[bucket])),
    accruedInterest: converted((ledger) => ledger.accruedInterest),
    accruedDividends: converted((ledger) => ledger.accruedDividends),
    unrealized: converted((ledger) => ledger.unrealized),
    realized: converted((ledger) => ledger.realized),
  });
}

/** The account at the prices of an instant. Amounts are whole cents, and every total is the sum of its parts. */
export function valueAccount(model: PriceModel, account: Account, instant: number): Valuation {
  return valueWith(pricesAt(model, instant), account);
}

/** The account at any prices. */
export function valueWith(prices: Prices, account: Account): Valuation {
  const value = (holding: Holding): ValuedHolding => valueHolding(prices, holding, account);
  const holdings = account.holdings.map(value);
  const closed = account.closed.map(value);
  const all = [...holdings, ...closed];
  const names = new Set([
    account.baseCurrency,
    ...account.cash.keys(),
    ...account.accruedInterest.keys(),
    ...account.accruedDividends.keys(),
    ...all.map(({ holding }) => holding.instrument.currency),
  ]);
  const currencies = [...names].map((currency) =>
    currencyLedger(account, all, currency, rateIn(prices, currency, account.baseCurrency)),
  );
  return {
    account,
    holdings,
    closed,
    currencies,
    base: baseLedger(currencies),
    daily: sum(all.map(({ daily, rate }) => cents(daily.mul(rate)))),
    requirements: requirementsOf(holdings, currencies),
  };
}
