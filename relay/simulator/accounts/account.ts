import { Decimal } from 'decimal.js';
import { expiriesOn, optionClasses, optionOf, strikesOf } from '../market/derivatives.ts';
import { type Instrument, multiplierOf } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
import type { PriceModel } from '../market/prices.ts';
import { roundToTick } from '../market/rules.ts';

export interface Holding {
  readonly instrument: Instrument;
  /** Negative when short. */
  readonly quantity: Decimal;
  /** Price paid per unit times the multiplier, commission included, in the instrument's currency. */
  readonly averageCost: Decimal;
}

export interface Account {
  readonly id: string;
  readonly baseCurrency: string;
  /** Cash by currency. */
  readonly cash: ReadonlyMap<string, Decimal>;
  readonly holdings: readonly Holding[];
  /** Profit realized today, in base currency. */
  readonly realizedToday: Decimal;
}

const BASE_CURRENCY = 'USD';
/** How long ago the first position was opened; each further one a little earlier. */
const BOUGHT_DAYS_AGO = 90;
const DAYS_BETWEEN_PURCHASES = 23;

interface Purchase {
  readonly symbol: string;
  readonly currency: string;
  readonly quantity: string;
}

/** Long, fractional, short and foreign positions, so that every case shows up in the default account. */
const PURCHASES: readonly Purchase[] = [
  { symbol: 'AAPL', currency: 'USD', quantity: '100' },
  { symbol: 'MSFT', currency: 'USD', quantity: '25.5' },
  { symbol: 'KO', currency: 'USD', quantity: '-200' },
  { symbol: 'SPY', currency: 'USD', quantity: '40' },
  { symbol: 'SHEL', currency: 'GBP', quantity: '300' },
  { symbol: 'SAP', currency: 'EUR', quantity: '50' },
];

/** Accounts with positions bought before `today`. The first holds an option as well; the others are smaller copies. */
export function createAccounts(ids: readonly string[], model: PriceModel, today: number): Account[] {
  return ids.map((id, index) => {
    const size = new Decimal(1).div(index + 1).toDecimalPlaces(1);
    const stocks = PURCHASES.slice(0, PURCHASES.length - index).map((purchase, position) =>
      buy(purchase, size, model, today - BOUGHT_DAYS_AGO - DAYS_BETWEEN_PURCHASES * position),
    );
    return {
      id,
      baseCurrency: BASE_CURRENCY,
      cash: new Map([
        ['USD', new Decimal('84215.37').mul(size).toDecimalPlaces(2)],
        ['EUR', new Decimal('12500.5').mul(size).toDecimalPlaces(2)],
      ]),
      holdings: index === 0 ? [...stocks, longCall(model, today)] : stocks,
      realizedToday: new Decimal(0),
    };
  });
}

function buy({ symbol, currency, quantity }: Purchase, size: Decimal, model: PriceModel, day: number): Holding {
  const instrument = listings.find((listing) => listing.symbol === symbol && listing.currency === currency);
  if (!instrument) throw new RangeError(`${symbol}.${currency} is not listed`);
  const price = closingPrice(model, instrument, day);
  return { instrument, quantity: new Decimal(quantity).mul(size), averageCost: price.plus('0.005') };
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
  return {
    instrument,
    quantity: new Decimal(2),
    averageCost: premium.mul(multiplierOf(instrument)).plus('0.7'),
  };
}

/** The last regular close on or before a day, on the instrument's ticks. */
function closingPrice(model: PriceModel, instrument: Instrument, day: number): Decimal {
  const { day: traded } = model.schedule(instrument).previous(day);
  return new Decimal(roundToTick(instrument.rule, model.closeOf(instrument, traded)));
}
