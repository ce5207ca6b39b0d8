import type { BarRange, BarSize } from '../market/bars.ts';
import type { Instrument } from '../market/instruments.ts';
import { dayMs, type Zone } from '../market/zone.ts';
import { refusalOf } from './data-requests.ts';
import type { Context } from './handler.ts';
import { type HistoryBar, type HistoryKind, seriesOf } from './history-series.ts';

/** How often a bar that is kept up to date is sent. */
const updateMs = 1000;
/** How far back the bar in progress, or one that has ended meanwhile, may have begun. */
const lookBackDays = { second: 5, minute: 5, day: 15, week: 21, month: 40 } as const;

/** A request for bars, read and checked. */
export interface HistoryRequest {
  readonly reqId: number;
  readonly instrument: Instrument;
  readonly kind: HistoryKind;
  readonly size: BarSize;
  readonly range: BarRange;
  readonly asEpoch: boolean;
}

/** How a bar is dated: within the day by its beginning, beyond it by its day. */
export function dateText(bar: HistoryBar, size: BarSize, zone: Zone, asEpoch: boolean): string {
  if (size.unit !== 'second' && size.unit !== 'minute') return bar.day;
  return asEpoch ? String(bar.start / 1000) : zone.stamp(bar.start);
}

const isSame = (a: HistoryBar, b: HistoryBar | undefined): boolean =>
  b !== undefined &&
  a.day === b.day &&
  a.count === b.count &&
  a.volume === b.volume &&
  a.high === b.high &&
  a.low === b.low &&
  a.close === b.close;

/** Sends the newest bar again whenever it has grown, and those that have come since. */
export function keepUpToDate(context: Context, request: HistoryRequest): void {
  const { session, world } = context;
  const { reqId, instrument, kind, size, asEpoch } = request;
  const { zone } = world.model.schedule(instrument);
  let { to: updatedTo } = request.range;
  let sent: HistoryBar | undefined;
  context.subscribe({
    kind: 'historicalData',
    reqId,
    subject: instrument.localSymbol,
    everyMs: updateMs,
    update: (now) => {
      if (session.congested || refusalOf(context, instrument) !== undefined) return;
      const from = Math.min(updatedTo, now) - lookBackDays[size.unit] * dayMs;
      const bars = seriesOf(world.model, instrument, kind, size, { ...request.range, from, to: now + 1 });
      const since = sent?.start ?? bars.findLast(({ start }) => start <= updatedTo)?.start ?? from;
      updatedTo = now;
      for (const bar of bars) {
        if (bar.start < since || (bar.start === since && isSame(bar, sent))) continue;
        const { open, high, low, close, volume, wap, count } = bar;
        const date = dateText(bar, size, zone, asEpoch);
        session.send('historicalDataUpdate', { reqId, count, date, open, close, high, low, wap, volume });
      }
      sent = bars.at(-1) ?? sent;
    },
  });
}
