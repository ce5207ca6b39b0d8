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

const LIVE = 1;
const DELAYED = 3;
const AVAILABLE = 'Delayed market data is available.';
const API_SUBSCRIPTION =
  "Requested market data requires additional subscription for API. See link in 'Market Data Connections' dialog for more details.";
/** Generic ticks that need no subscription: volatilities, shortability, news, dividends. */
const INDEPENDENT = new Set(['104', '106', '236', '292', '456']);

const isFrozen = (wanted: number): boolean => wanted % 2 === 0;

function grant(base: typeof LIVE | typeof DELAYED, wanted: number, genericsOnly = false): Grant {
  return {
    delayed: base === DELAYED,
    genericsOnly,
    typeWhen: (open) => (isFrozen(wanted) && !open ? base + 1 : base),
  };
}

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
  if (paid || instrument.permission === 'live') return grant(LIVE, wanted);
  if (instrument.permission === 'none') {
    session.sendError(reqId, 354, `Requested market data is not subscribed.${subject}`);
    return undefined;
  }
  if (wanted >= DELAYED) {
    session.sendError(reqId, 10167, 'Requested market data is not subscribed. Displaying delayed market data.');
    return grant(DELAYED, wanted);
  }
  if (generics.some((id) => INDEPENDENT.has(id))) {
    const text = 'Part of requested market data is not subscribed. Subscription-independent ticks are still active.';
    session.sendError(reqId, 10090, `${text}${AVAILABLE}${subject}`);
    return grant(LIVE, wanted, true);
  }
  session.sendError(reqId, 10089, `${API_SUBSCRIPTION}${AVAILABLE}${subject}`);
  return undefined;
}

/** Those generic ticks a grant covers. */
export function grantedGenerics({ genericsOnly }: Grant, generics: readonly string[]): readonly string[] {
  return genericsOnly ? generics.filter((id) => INDEPENDENT.has(id)) : generics;
}
