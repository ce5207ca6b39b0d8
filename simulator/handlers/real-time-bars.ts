import { venueOf } from '../contracts/contract-request.ts';
import type { BarSize } from '../market/bars.ts';
import type { Instrument } from '../market/instruments.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import { isDuplicate, isPacingViolation, pacingViolation, refusalOf } from './data-requests.ts';
import type { Context, Handlers } from './handler.ts';
import { type HistoryKind, isAvailable, seriesOf } from './history-series.ts';
import { StreamWindow } from './stream-window.ts';

const barMs = 5000;
const fiveSeconds: BarSize = { unit: 'second', count: 5 };
/** After a jump of the clock no more than this is made up for. */
const longestBacklogMs = 3_600_000;
const refused = 420;
const prefix = 'Invalid Real-time Query:';
const further =
  ". Requested market data requires additional subscription for API. See link in 'Market Data Connections' dialog for more details.";

const kinds = ['TRADES', 'BID', 'ASK', 'MIDPOINT'] as const satisfies readonly HistoryKind[];
type RealTimeKind = (typeof kinds)[number];

const isKind = (text: string): text is RealTimeKind => (kinds as readonly string[]).includes(text);

/** Up to which instant bars are complete. */
const completeAt = (now: number): number => Math.floor(now / barMs) * barMs;

/** Sends each bar when it is complete. */
function stream(context: Context, reqId: number, instrument: Instrument, kind: RealTimeKind, regularOnly: boolean) {
  const { session, world } = context;
  const window = new StreamWindow(completeAt, world.now(), longestBacklogMs);
  context.subscribe({
    kind: 'realTimeBars',
    reqId,
    subject: `${instrument.localSymbol} ${kind}`,
    everyMs: 0,
    skip: (now) => window.skip(now),
    update: (now) => {
      const next = window.next(now, session.congested);
      if (!next) return;
      for (const bar of seriesOf(world.model, instrument, kind, fiveSeconds, { ...next, regularOnly })) {
        const { start, open, high, low, close, volume, wap, count } = bar;
        session.send('realTimeBar', { reqId, time: start / 1000, open, high, low, close, volume, wap, count });
      }
    },
  });
}

export const realTimeBarHandlers: Handlers = {
  reqRealTimeBars(context, request) {
    const { session } = context;
    const reqId = request.int('reqId');
    const kind = request.text('whatToShow').toUpperCase();
    if (isDuplicate(context, 'realTimeBars', reqId)) return;
    if (!isKind(kind)) {
      sendInvalid(context, reqId, 'What to show field is missing or incorrect.');
      return;
    }
    const instrument = resolveInstrument(context, request);
    if (!instrument) return;
    const refusal = refusalOf(context, instrument);
    if (refusal !== undefined) {
      session.sendError(reqId, refused, `${prefix}${refusal}${context.world.faults.competingSession ? '' : further}`);
      return;
    }
    if (!isAvailable(kind, instrument)) {
      session.sendError(
        reqId,
        refused,
        `${prefix}HMDS query returned no data: ${venueOf(request, instrument)} ${kind}`,
      );
      return;
    }
    if (isPacingViolation(context, request, instrument, kind)) {
      session.sendError(reqId, refused, `${prefix}${pacingViolation}`);
      return;
    }
    stream(context, reqId, instrument, kind, request.flag('useRth'));
  },

  cancelRealTimeBars({ session }, request) {
    const reqId = request.int('reqId');
    if (!session.subscriptions.remove('realTimeBars', reqId)) {
      session.sendError(reqId, 300, `Can't find EId with tickerId:${reqId}`);
    }
  },
};
