import type { Instrument } from '../market/instruments.ts';
import type { Context } from './handler.ts';

/** What a client gets of the data it has asked for. */
export interface Grant {
  /** Fifteen minutes late. */
  readonly delayed: boolean;
  /** Nothing but generic ticks that need no subscription. */
  readonly genericsOnly: boolean;
  /** 1 live, 2 frozen, 3 delayed, 4 delayed and frozen: frozen is what shows while the market is closed. */
  typeWhen(open: boolean): number;
}

const live = 1;
const delayedType = 3;
const available = 'Delayed market data is available.';
const apiSubscription =
  "Requested market data requires additional subscription for API. See link in 'Market Data Connections' dialog for more details.";
/** Generic ticks that need no subscription: volatilities, shortability, news, dividends. */
const independent = new Set(['104', '106', '236', '292', '456']);

const isFrozen = (wanted: number): boolean => wanted % 2 === 0;

function grant(base: typeof live | typeof delayedType, wanted: number, genericsOnly = false): Grant {
  return {
    delayed: base === delayedType,
    genericsOnly,
    typeWhen: (open) => (isFrozen(wanted) && !open ? base + 1 : base),
  };
}

/** Live data for a client that wants a type of data. */
export const liveGrant = (wanted: number): Grant => grant(live, wanted);

export interface Wanted {
  readonly reqId: number;
  readonly instrument: Instrument;
  readonly generics: readonly string[];
  /** A single quote that is paid for: it needs no subscription. */
  readonly paid: boolean;
}

/** What the client may see of an instrument; undefined after a refusal has been sent. Warnings are sent as well. */
export function grantFor({ session }: Context, { reqId, instrument, generics, paid }: Wanted): Grant | undefined {
  const wanted = session.marketDataType;
  const subject = `${instrument.symbol} ${instrument.primaryExchange}/TOP/ALL`;
  if (paid || instrument.permission === 'live') return grant(live, wanted);
  if (instrument.permission === 'none') {
    session.sendError(reqId, 354, `Requested market data is not subscribed.${subject}`);
    return undefined;
  }
  if (wanted >= delayedType) {
    session.sendError(reqId, 10167, 'Requested market data is not subscribed. Displaying delayed market data.');
    return grant(delayedType, wanted);
  }
  if (generics.some((id) => independent.has(id))) {
    const text = 'Part of requested market data is not subscribed. Subscription-independent ticks are still active.';
    session.sendError(reqId, 10090, `${text}${available}${subject}`);
    return grant(live, wanted, true);
  }
  session.sendError(reqId, 10089, `${apiSubscription}${available}${subject}`);
  return undefined;
}

/** Those generic ticks a grant covers. */
export function grantedGenerics({ genericsOnly }: Grant, generics: readonly string[]): readonly string[] {
  return genericsOnly ? generics.filter((id) => independent.has(id)) : generics;
}
