import type { ContractQuery } from '../market/catalogue.ts';
import { InvalidContractError } from '../market/catalogue.ts';
import type { Instrument } from '../market/instruments.ts';
import type { Request } from '../protocol/requests.ts';
import type { Context } from './handler.ts';

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
    expiry: request.text('lastTradeDateOrContractMonth'),
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

/** Error 321 in the gateway's words. */
export function sendInvalid({ session }: Context, reqId: number, cause: string): void {
  session.sendError(reqId, 321, `Error validating request.-'bN' : cause - ${cause}`);
}

/** Every instrument a request may mean; after an error has been sent, none. */
export function findInstruments(context: Context, request: ContractRequest): Instrument[] {
  const { world, session } = context;
  const reqId = request.int('reqId');
  try {
    const found = world.catalogue.find(queryOf(request), world.today());
    if (found.length === 0) session.sendError(reqId, 200, 'No security definition has been found for the request');
    return found;
  } catch (error) {
    if (!(error instanceof InvalidContractError)) throw error;
    sendInvalid(context, reqId, error.message);
    return [];
  }
}

/** The one instrument a data request means, or undefined after an error has been sent. */
export function resolveInstrument(context: Context, request: ContractRequest): Instrument | undefined {
  const found = findInstruments(context, request);
  if (found.length <= 1) return found[0];
  const text = `The contract description specified for ${request.text('symbol')} is ambiguous.`;
  context.session.sendError(request.int('reqId'), 200, text);
  return undefined;
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
