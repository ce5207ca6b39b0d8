import type { Instrument } from '../../gateway/contracts/instrument.ts';
import type { HistoryQuery } from '../../gateway/history/history.ts';
import type { BarSize, HistoryDuration } from '../../gateway/history/history-plan.ts';

/** Bars as a call asks for them. */
export interface BarRequest {
  readonly instrument: Instrument;
  readonly query: HistoryQuery;
  readonly barSize: BarSize;
  /** Epoch milliseconds; bars that begin in `[from, to)` are wanted. */
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** Local minute of the day at which a trading day begins. */
  readonly dayStart: number;
  /** Trading days or seconds of trading to stop after, counted backwards, where the call asked for those. */
  readonly stopAfter?: HistoryDuration;
  /** The length of the period as the call writes it, where it does. */
  readonly duration?: string;
}
