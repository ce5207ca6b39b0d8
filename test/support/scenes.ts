import type { Instrument } from '../../relay/gateway/contracts/instrument.ts';
import type { Scene } from '../../relay/orders/preparing/scene.ts';
import type { Quote } from '../../relay/tools/support/quote.ts';
import type { OrderContract, OrderTerms, PlannedPlacement } from '../../shared/orders/order.ts';

/** The world of a buy of ten shares at 100, with what a test wants otherwise. */

/** A Thursday, 11:00 in New York. */
export const now = Date.UTC(2026, 9, 15, 15, 0, 0);
export const conId = 1;

export const contract: OrderContract = {
  conId,
  secType: 'STK',
  symbol: 'X',
  exchange: 'SMART',
  currency: 'USD',
  name: 'X',
};
export const entry: OrderTerms = {
  account: 'DU1234567',
  side: 'BUY',
  quantity: '10',
  type: 'LMT',
  limitPrice: '100',
  tif: 'DAY',
  outsideRth: false,
};
const quote: Quote = {
  conId,
  contract: 'X',
  currency: 'USD',
  dataType: 'live',
  asOf: new Date(now).toISOString(),
  bid: 99.99,
  ask: 100.01,
  last: 100,
  averageVolume: 1e6,
};
export const rich = new Map([
  ['NetLiquidation', new Map([['USD', '200000']])],
  ['ExchangeRate', new Map([['EUR', '1.2']])],
  ['TotalCashBalance', new Map([['USD', '100000']])],
]);
export const small = new Map([
  ['NetLiquidation', new Map([['USD', '20000']])],
  ['DayTradesRemaining', new Map([['', '2']])],
]);

export interface SceneChanges {
  readonly entry?: Partial<OrderTerms>;
  readonly order?: Partial<PlannedPlacement>;
  readonly contract?: Partial<OrderContract>;
  readonly instrument?: object;
  /** Contract details, and the contract in them. */
  readonly details?: object;
  readonly scene?: Partial<Scene>;
  readonly quote?: Partial<Quote>;
  /** Signed. */
  readonly held?: number;
}

export function sceneWith(changes: SceneChanges): Scene {
  const named = { ...contract, ...changes.contract };
  const { secType, currency, name, exchange } = named;
  const details = { contract: { conId, primaryExch: 'NASDAQ', symbol: named.symbol, currency }, ...changes.details };
  const instrument = {
    conId,
    name,
    secType,
    currency,
    contract: { conId, exchange },
    details,
    zone: 'America/New_York',
    marketZone: 'America/New_York',
    ...changes.instrument,
  } as Instrument;
  const order: PlannedPlacement = {
    version: 1,
    kind: 'place',
    contract: named,
    entry: { ...entry, ...changes.entry },
    ...changes.order,
  };
  return {
    order,
    instrument,
    accounts: ['DU1234567'],
    now,
    market: { state: 'regular', nextOpen: now + 86_400_000, nextClose: now + 3_600_000, nextTrading: now + 86_400_000 },
    quote: { ...quote, ...changes.quote },
    noQuote: undefined,
    legQuotes: [],
    mark: undefined,
    positions: changes.held
      ? [
          {
            account: 'DU1234567',
            contract: { conId, secType, currency } as never,
            quantity: changes.held,
            averageCost: 90,
          },
        ]
      : [],
    open: [],
    pointValues: new Map([[conId, 1]]),
    values: rich,
    ...changes.scene,
  };
}
