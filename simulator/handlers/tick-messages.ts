import type { Instrument } from '../market/instruments.ts';
import type { PriceModel } from '../market/prices.ts';
import type { ClientSession } from '../session/client-session.ts';
import { type TickSearch, ticksBefore, ticksFrom } from './tick-history.ts';
import { midpointOf, type QuoteTick, quotesIn, type TapeRange, type TradeTick, tradesIn } from './tick-tape.ts';

/** The kinds of ticks, by the number they have in tick-by-tick messages. */
export const tickKinds = { Last: 1, AllLast: 2, BidAsk: 3, MidPoint: 4 } as const;
export type TickKind = keyof typeof tickKinds;

/** Ticks of one kind about one instrument, ready to be sent. Instants are epoch milliseconds. */
export interface TickSource {
  /** Sends the first ticks from `start` on that lie before `until`, in one message that says there are no more. */
  sendFrom(start: number, until: number, wanted: number): void;
  /** Sends the last ticks before `end`, in one message that says there are no more. */
  sendBefore(end: number, wanted: number): void;
  /** Sends the ticks of a stretch of time one by one. Stretches are to follow each other. */
  sendStretch(from: number, to: number): void;
}

export interface TickSourceOptions {
  readonly session: ClientSession;
  readonly reqId: number;
  readonly model: PriceModel;
  readonly instrument: Instrument;
  readonly kind: TickKind;
  readonly regularOnly: boolean;
  /** Leaves out changes of size alone. */
  readonly ignoreSize: boolean;
}

const mask = (first: boolean, second: boolean): number => (first ? 1 : 0) + (second ? 2 : 0);

export function tickSource(options: TickSourceOptions): TickSource {
  switch (options.kind) {
    case 'Last':
    case 'AllLast':
      return tradeSource(options, options.kind);
    case 'BidAsk':
      return bidAskSource(options);
    case 'MidPoint':
      return midpointSource(options);
  }
}

function sourceOf<T extends { readonly time: number }>(
  search: TickSearch<T>,
  sendPast: (ticks: readonly T[]) => void,
  send: (tick: T) => void,
): TickSource {
  return {
    sendFrom: (start, until, wanted) => sendPast(ticksFrom(search, start, until, wanted)),
    sendBefore: (end, wanted) => sendPast(ticksBefore(search, end, wanted)),
    sendStretch: (from, to) => {
      for (const tick of search.ticksIn({ from, to, regularOnly: search.regularOnly })) send(tick);
    },
  };
}

function tradeSource(options: TickSourceOptions, kind: 'Last' | 'AllLast'): TickSource {
  const { session, reqId, model, instrument, regularOnly } = options;
  const fields = ({ time, price, size, exchange, conditions, unreported }: TradeTick) => ({
    time,
    price,
    size,
    exchange,
    specialConditions: conditions,
    attrMask: mask(false, unreported),
  });
  return sourceOf(
    {
      model,
      instrument,
      regularOnly,
      mayHaveTicks: ({ volume }) => volume > 0,
      ticksIn: (range) => tradesIn(model, instrument, range, kind === 'AllLast'),
    },
    (ticks) => session.send('historicalTicksLast', { reqId, ticks: ticks.map(fields), done: true }),
    (tick) => session.send('tickByTick', { reqId, tickType: tickKinds[kind], ...fields(tick) }),
  );
}

/** How to look for changes of bid and ask, or of their prices alone. */
function quoteSearch(options: TickSourceOptions, pricesOnly: boolean): TickSearch<QuoteTick> {
  const { model, instrument, regularOnly } = options;
  const ticksIn = (range: TapeRange): QuoteTick[] => quotesIn(model, instrument, range, pricesOnly);
  return { model, instrument, regularOnly, mayHaveTicks: () => true, ticksIn };
}

function bidAskSource(options: TickSourceOptions): TickSource {
  const { session, reqId } = options;
  const fields = ({ time, bid, ask, bidSize, askSize, bidPastLow, askPastHigh }: QuoteTick) => ({
    time,
    bidPrice: bid,
    askPrice: ask,
    bidSize,
    askSize,
    attrMask: mask(bidPastLow, askPastHigh),
  });
  return sourceOf(
    quoteSearch(options, options.ignoreSize),
    (ticks) => session.send('historicalTicksBidAsk', { reqId, ticks: ticks.map(fields), done: true }),
    (tick) => session.send('tickByTick', { reqId, tickType: tickKinds.BidAsk, ...fields(tick) }),
  );
}

function midpointSource(options: TickSourceOptions): TickSource {
  const { session, reqId } = options;
  return sourceOf(
    quoteSearch(options, true),
    (ticks) => {
      const rows = ticks.map((tick) => ({ time: tick.time, price: midpointOf(tick), size: 0 }));
      session.send('historicalTicks', { reqId, ticks: rows, done: true });
    },
    (tick) =>
      session.send('tickByTick', {
        reqId,
        tickType: tickKinds.MidPoint,
        time: tick.time,
        midPoint: midpointOf(tick),
      }),
  );
}
