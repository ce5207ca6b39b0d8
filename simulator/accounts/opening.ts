import { Decimal } from 'decimal.js';
import { expiriesOn, optionClasses, optionOf, strikesOf } from '../market/derivatives.ts';
import type { Instrument } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
import type { PriceModel } from '../market/prices.ts';
import type { Account, AccountType, Holding } from './account.ts';
import { amountOf, pointValue, valueAt } from './kinds.ts';
import { closingPrice, resetPrice } from './prices.ts';

const defaultBaseCurrency = 'USD';
/** How long ago the first position was opened; each further one a little earlier. */
const boughtDaysAgo = 90;
const daysBetweenPurchases = 23;
const zero = new Decimal(0);

interface Purchase {
  readonly symbol: string;
  readonly currency: string;
  readonly quantity: string;
}

/** Long, fractional, short and foreign positions, so that every case shows up in the default account. */
const purchases: readonly Purchase[] = [
  { symbol: 'AAPL', currency: 'USD', quantity: '100' },
  { symbol: 'MSFT', currency: 'USD', quantity: '25.5' },
  { symbol: 'KO', currency: 'USD', quantity: '-200' },
  { symbol: 'SPY', currency: 'USD', quantity: '40' },
  { symbol: 'SHEL', currency: 'GBP', quantity: '300' },
  { symbol: 'SAP', currency: 'EUR', quantity: '50' },
];

/** True when the first of several accounts is an advisor's and the others are its clients'. */
export const isAdvised = (ids: readonly string[]): boolean => /^D?F/.test(ids[0] ?? '');

/**
 * Accounts with positions bought before `today`. The first holds an option as well; the others are smaller copies. An
 * advisor's own account comes first and is empty.
 */
export function createAccounts(ids: readonly string[], model: PriceModel, today: number): Account[] {
  if (!isAdvised(ids)) return ids.map((id, index) => funded(id, index, model, today));
  const [master = '', ...clients] = ids;
  return [empty(master, 'ADVISOR', today), ...clients.map((id, index) => funded(id, index, model, today))];
}

function empty(id: string, type: AccountType, day: number): Account {
  return {
    id,
    type,
    baseCurrency: defaultBaseCurrency,
    day,
    cash: new Map([[defaultBaseCurrency, zero]]),
    holdings: [],
    closed: [],
    accruedInterest: new Map(),
    accruedDividends: new Map(),
    equityAtOpen: undefined,
    dayTrades: 0,
  };
}

function funded(id: string, index: number, model: PriceModel, today: number): Account {
  const size = new Decimal(1).div(index + 1).toDecimalPlaces(1);
  const stocks = purchases
    .slice(0, Math.max(1, purchases.length - index))
    .map((purchase, position) =>
      buy(purchase, size, model, today, today - boughtDaysAgo - daysBetweenPurchases * position),
    );
  return {
    ...empty(id, 'INDIVIDUAL', today),
    cash: new Map([
      ['USD', new Decimal('84215.37').mul(size).toDecimalPlaces(2)],
      ['EUR', new Decimal('12500.5').mul(size).toDecimalPlaces(2)],
    ]),
    holdings: index === 0 ? [...stocks, longCall(model, today)] : stocks,
  };
}

function held(
  instrument: Instrument,
  quantity: Decimal,
  averageCost: Decimal,
  model: PriceModel,
  today: number,
): Holding {
  return {
    instrument,
    quantity,
    averageCost,
    cost: amountOf(quantity.mul(averageCost)),
    realizedToday: zero,
    unsettled: zero,
    valueAtOpen: valueAt(instrument, quantity, resetPrice(model, instrument, today - 1)),
    flowToday: zero,
  };
}

function buy(
  { symbol, currency, quantity }: Purchase,
  size: Decimal,
  model: PriceModel,
  today: number,
  day: number,
): Holding {
  const instrument = listings.find((listing) => listing.symbol === symbol && listing.currency === currency);
  if (!instrument) throw new RangeError(`${symbol}.${currency} is not listed`);
  const price = closingPrice(model, instrument, day);
  return held(
    instrument,
    new Decimal(quantity).mul(size),
    price.mul(pointValue(instrument)).plus('0.005'),
    model,
    today,
  );
}

/** Two calls near the money that expire in the first month more than sixty days away. */
function longCall(model: PriceModel, today: number): Holding {
  const optionClass = optionClasses[0];
  if (!optionClass) throw new RangeError('no options are listed');
  const { underlying } = optionClass;
  const expiry = expiriesOn(optionClass, today, model).find((day) => day > today + 60) as number;
  const spot = closingPrice(model, underlying, today - 5).toNumber();
  const strike = strikesOf(optionClass, expiry, model).find((candidate) => candidate >= spot) as number;
  const instrument = optionOf(optionClass, expiry, strike, 'C');
  const premium = closingPrice(model, instrument, today - 5);
  return held(instrument, new Decimal(2), premium.mul(pointValue(instrument)).plus('0.7'), model, today);
}
