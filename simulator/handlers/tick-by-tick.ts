import type { Instrument } from '../market/instruments.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import { countOfLogin, isDuplicate, refusalOf } from './data-requests.ts';
import type { Context, Handlers } from './handler.ts';
import { StreamWindow } from './stream-window.ts';
import { type TickKind, type TickSource, tickKinds, tickSource } from './tick-messages.ts';

/** Simultaneous tick-by-tick subscriptions of one login. */
const mostSubscriptions = 5;
const mostPastTicks = 1000;
/** After a jump of the clock no more than this is made up for. */
const longestBacklogMs = 1_800_000;
const refused = 10189;
const prefix = 'Failed to request tick-by-tick data.';

const isKind = (text: string): text is TickKind => Object.hasOwn(tickKinds, text);

/** Indices have no ticks, currencies no trades, and those of options are known afterwards only. */
function isSupported(kind: TickKind, { secType }: Instrument): boolean {
  switch (secType) {
    case 'IND':
    case 'OPT':
    case 'FOP':
    case 'FUND':
    case 'BOND':
      return false;
    case 'CASH':
    case 'CMDTY':
    case 'CFD':
      return kind === 'BidAsk' || kind === 'MidPoint';
    default:
      return true;
  }
}

/** Up to which instant there are ticks: those of the second in progress are known, as quotes show them. */
const shownAt = (now: number): number => (Math.floor(now / 1000) + 1) * 1000;

function stream({ session, world, subscribe }: Context, reqId: number, subject: string, source: TickSource): void {
  const window = new StreamWindow(shownAt, world.now(), longestBacklogMs);
  subscribe({
    kind: 'tickByTick',
    reqId,
    subject,
    everyMs: 0,
    skip: (now) => window.skip(now),
    update: (now) => {
      const next = window.next(now, session.congested);
      if (next) source.sendStretch(next.from, next.to);
    },
  });
}

export const tickByTickHandlers: Handlers = {
  reqTickByTickData(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const kind = request.text('tickType');
    const past = request.int('numberOfTicks');
    if (isDuplicate(context, 'tickByTick', reqId)) return;
    if (!isKind(kind)) {
      sendInvalid(context, reqId, 'Incorrect tick-by-tick type, it must be one of Last, AllLast, BidAsk, MidPoint');
      return;
    }
    if (past < 0 || past > mostPastTicks) {
      sendInvalid(context, reqId, `Number of ticks must be between 0 and ${mostPastTicks}`);
      return;
    }
    const instrument = resolveInstrument(context, request);
    if (!instrument) return;
    const unsupported = `${kind} tick-by-tick requests are not supported for ${instrument.localSymbol}.`;
    const refusal = isSupported(kind, instrument) ? refusalOf(context, instrument) : unsupported;
    if (refusal !== undefined) {
      session.sendError(reqId, refused, `${prefix}${refusal}`);
      return;
    }
    if (countOfLogin(context, 'tickByTick') >= mostSubscriptions) {
      session.sendError(reqId, 10190, 'Max number of tick-by-tick requests has been reached.');
      return;
    }
    const source = tickSource({
      session,
      reqId,
      model: world.model,
      instrument,
      kind,
      regularOnly: false,
      ignoreSize: request.flag('ignoreSize'),
    });
    stream(context, reqId, `${instrument.localSymbol} ${kind}`, source);
    if (past > 0) source.sendBefore(shownAt(world.now()), past);
  },

  cancelTickByTickData({ session }, request) {
    const reqId = request.int('reqId');
    if (!session.subscriptions.remove('tickByTick', reqId)) {
      session.sendError(reqId, 300, `Can't find EId with tickerId:${reqId}`);
    }
  },
};
