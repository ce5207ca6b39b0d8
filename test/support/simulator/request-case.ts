import type { RequestName } from '../../../simulator/protocol/requests.ts';

export type Fields = Readonly<Record<string, string>>;

/** A request that independent clients were asked to send, for tests. */
export interface RequestCase {
  readonly request: RequestName;
  readonly values: Fields;
  readonly rows?: Readonly<Record<string, readonly Fields[]>>;
}

export const contract = {
  conId: '265598',
  symbol: 'AAPL',
  secType: 'OPT',
  lastTradeDateOrContractMonth: '20261218',
  strike: '270',
  right: 'C',
  multiplier: '100',
  exchange: 'SMART',
  primaryExchange: 'CBOE',
  currency: 'USD',
  localSymbol: 'AAPL  261218C00270000',
  tradingClass: 'AAPL',
};
export const stock = {
  conId: '265598',
  symbol: 'AAPL',
  secType: 'STK',
  lastTradeDateOrContractMonth: '',
  strike: '0',
  right: '',
  multiplier: '',
  exchange: 'SMART',
  primaryExchange: 'NASDAQ',
  currency: 'USD',
  localSymbol: 'AAPL',
  tradingClass: 'NMS',
};
export const combo = {
  ...stock,
  conId: '0',
  secType: 'BAG',
  primaryExchange: '',
  localSymbol: '',
  tradingClass: 'COMB',
};
export const legs: readonly Fields[] = [
  { conId: '11', ratio: '1', action: 'BUY', exchange: 'SMART' },
  { conId: '12', ratio: '2', action: 'SELL', exchange: 'CBOE' },
];
