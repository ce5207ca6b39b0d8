import { HistoryParameterError } from '../market/history-parameters.ts';
import type { Instrument } from '../market/instruments.ts';
import type { Request } from '../protocol/requests.ts';
import type { SubscriptionKind } from '../session/subscriptions.ts';
import { sendInvalid } from './contract-query.ts';
import type { Context } from './handler.ts';

/** What the gateway puts before the words of its history service. */
export const serviceError = 'Historical Market Data Service error message:';
export const pacingViolation = 'Historical data request pacing violation';
/** How data services other than top-of-book quotes word a competing session. */
export const otherAddress = 'Trading TWS session is connected from a different IP address';

/** Instruments are known to data services under the names of the exchanges' own systems. */
export function servedBy({ primaryExchange, validExchanges }: Instrument): string {
  const exchange = primaryExchange || validExchanges.find((name) => name !== 'SMART') || 'SMART';
  return exchange === 'NASDAQ' ? 'ISLAND' : exchange;
}

/** Why a data service has nothing for this client about an instrument, or undefined when it may answer. */
export function refusalOf({ world }: Context, instrument: Instrument): string | undefined {
  if (world.faults.competingSession) return otherAddress;
  if (instrument.permission === 'live') return undefined;
  return `No market data permissions for ${servedBy(instrument)} ${instrument.secType}`;
}

/** Sends error 322 when the client has such a subscription under this id already. */
export function isDuplicate({ session }: Context, kind: SubscriptionKind, reqId: number): boolean {
  if (!session.subscriptions.has(kind, reqId)) return false;
  session.sendError(reqId, 322, "Error processing request.-'bN' : cause - Duplicate ticker id");
  return true;
}

/** How many subscriptions of a kind the login has: limits on data are shared by its clients. */
export function countOfLogin(context: Context, kind: SubscriptionKind): number {
  return context.sessions().reduce((sum, { subscriptions }) => sum + subscriptions.count(kind), 0);
}

/**
 * Whether a request for history goes beyond the limits on how often one may ask; false when they are not enforced.
 * @param tickType the kind of data, such as TRADES
 */
export function isPacingViolation(
  { world }: Context,
  request: Request<'exchange'>,
  instrument: Instrument,
  tickType: string,
): boolean {
  const { reqId: _, ...rest } = request.values;
  const paced = {
    identity: `${request.name} ${JSON.stringify(rest)}`,
    series: `${instrument.conId} ${request.text('exchange')} ${tickType}`,
    weight: tickType === 'BID_ASK' ? 2 : 1,
  };
  return world.pacing?.admit(paced, world.now()) === false;
}

/** Sends what a refused parameter calls for, and lets anything else pass on. */
export function refuseParameter(context: Context, reqId: number, error: unknown): void {
  if (!(error instanceof HistoryParameterError)) throw error;
  if (error.code === 321) sendInvalid(context, reqId, error.message);
  else context.session.sendError(reqId, error.code, error.message);
}
