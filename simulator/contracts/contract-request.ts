import type { ContractQuery } from '../market/catalogue.ts';
import type { Instrument } from '../market/instruments.ts';
import type { Request } from '../protocol/requests.ts';

type ContractField =
  | 'reqId'
  | 'conId'
  | 'symbol'
  | 'secType'
  | 'lastTradeDateOrContractMonth'
  | 'strike'
  | 'right'
  | 'multiplier'
  | 'exchange'
  | 'primaryExchange'
  | 'currency'
  | 'localSymbol'
  | 'tradingClass';

/** A request that carries a contract. */
export type ContractRequest = Request<ContractField>;
type ExtendedContractRequest = Request<ContractField | 'includeExpired' | 'secIdType' | 'secId' | 'issuerId'>;

export function queryOf(request: ContractRequest): ContractQuery {
  const extended: ExtendedContractRequest = request;
  return {
    conId: request.int('conId'),
    symbol: request.text('symbol'),
    secType: request.text('secType'),
    // As contract details say it, a future's date has a time and a zone.
    expiry: request.text('lastTradeDateOrContractMonth').split(/[\s-]/)[0] ?? '',
    strike: request.number('strike'),
    right: request.text('right'),
    multiplier: request.text('multiplier'),
    exchange: request.text('exchange'),
    primaryExchange: request.text('primaryExchange'),
    currency: request.text('currency'),
    localSymbol: request.text('localSymbol'),
    tradingClass: request.text('tradingClass'),
    includeExpired: extended.flag('includeExpired'),
    secIdType: extended.text('secIdType'),
    secId: extended.text('secId'),
    issuerId: extended.text('issuerId'),
  };
}

/** The contract fields that most messages about a contract share. */
export function contractFields(instrument: Instrument) {
  return {
    conId: instrument.conId,
    symbol: instrument.symbol,
    secType: instrument.secType,
    lastTradeDateOrContractMonth: instrument.expiry,
    strike: instrument.strike ?? 0,
    right: instrument.right,
    multiplier: instrument.multiplier,
    currency: instrument.currency,
    localSymbol: instrument.localSymbol,
    tradingClass: instrument.tradingClass,
  };
}

/** How the gateway names an instrument in error texts: `AAPL@SMART Trades` style subjects. */
export function venueOf(request: ContractRequest, instrument: Instrument): string {
  const exchange = request.text('exchange') || instrument.primaryExchange || instrument.validExchanges[0];
  return `${instrument.symbol}@${exchange}`;
}
