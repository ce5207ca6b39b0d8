import { Decimal } from 'decimal.js';
import type { Execution, Order, OrderTerms, WireFields } from '../../../simulator/exchange/model.ts';
import type { Instrument } from '../../../simulator/market/instruments.ts';
import { listings } from '../../../simulator/market/listings.ts';
import { Zone } from '../../../simulator/market/zone.ts';
import { termsOf } from '../../../simulator/orders/order-terms.ts';

/** Orders and executions for tests. */

export const sampleInstant = Date.parse('2026-11-20T17:00:00Z');
export const sampleZone = new Zone('US/Eastern');

export function listed(symbol: string): Instrument {
  const found = listings.find((listing) => listing.symbol === symbol);
  if (!found) throw new RangeError(`${symbol} is not listed`);
  return found;
}

export const legsOf = (symbol: string): OrderTerms['legs'] => [
  { instrument: listed(symbol), ratio: 1, side: 'BUY', exchange: 'SMART' },
];

const basics = {
  secType: 'STK',
  action: 'BUY',
  orderType: 'LMT',
  totalQuantity: '100',
  lmtPrice: '50',
  exchange: 'SMART',
};

/** A working order of client 7, from the fields of its request. */
export function sampleOrder(wire: WireFields = { values: basics, rows: {} }, legs = legsOf('AAPL')): Order {
  const terms = termsOf(wire, { legs, accounts: ['DU1'], zone: sampleZone, now: sampleInstant });
  return {
    permId: 1_377_295_418,
    owner: { clientId: 7, orderId: Number(wire.values.orderId ?? 12) },
    terms,
    wire,
    status: 'Submitted',
    filled: new Decimal(0),
    remaining: terms.quantity,
    averageFillPrice: 0,
    lastFillPrice: 0,
    whyHeld: '',
    parentPermId: 0,
    commission: new Decimal(0),
    commissionCurrency: 'USD',
    submittedAt: sampleInstant,
    completedStatus: '',
    warning: '',
    executions: [],
  };
}

/** A fill of all of an order. */
export function sampleExecution(order: Order, changes: Partial<Execution> = {}): Execution {
  const [leg] = order.terms.legs;
  return {
    execId: '00025b49.65a1b2c3.01.01',
    permId: order.permId,
    time: sampleInstant,
    account: order.terms.account,
    instrument: leg.instrument,
    isComboSummary: false,
    exchange: 'NASDAQ',
    side: order.terms.side,
    quantity: order.terms.quantity,
    price: 50,
    cumulativeQuantity: order.terms.quantity,
    averagePrice: 50,
    lastLiquidity: 2,
    commission: new Decimal('1.0003'),
    commissionCurrency: 'USD',
    realizedPnl: undefined,
    ...changes,
  };
}
