import { fields, isPositive, when } from './fields.ts';

/** What identifies a contract, whatever its exchange. */
export const identity = 'conId symbol secType lastTradeDateOrContractMonth strike right multiplier';

/** The twelve fields by which most requests name a contract. */
export const contract = `${identity} exchange primaryExchange currency localSymbol tradingClass` as const;

/** The underlying of a delta-neutral combination, if there is one. */
export const deltaNeutralContract = [
  ...fields('deltaNeutral'),
  ...when('deltaNeutral', isPositive, fields('deltaNeutralConId deltaNeutralDelta deltaNeutralPrice')),
];
