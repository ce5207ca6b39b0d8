import { setImmediate as nextTurn } from 'node:timers/promises';
import { ToolError } from '../../../shared/errors.ts';
import { monotonicNow } from '../../async/monotonic.ts';
import type { Bar } from '../../gateway/connection/events/messages.ts';
import {
  type BarSize,
  barSeconds,
  type HistoryDuration,
  type HistoryPiece,
  isSmallBar,
  pieceSeconds,
  planHistory,
  tradingDate,
  tradingDayBegin,
} from '../../gateway/history/history-plan.ts';
import { known, knownSize } from '../../gateway/numbers.ts';
import { dateInZone, isoInZone } from '../../gateway/time/time-zones.ts';
import { refuseTooDear, tradingPieces } from './bar-limits.ts';
import type { BarRequest } from './bar-request.ts';
import type { PlainBar } from './downsample.ts';
import { openPieces } from './open-pieces.ts';
import type { ToolContext } from './tool.ts';

/** Pieces of one call; more would not fit its time at IB's pace. */
const maxPieces = 400;
const atOnce = 4;
/** Bars whose times are worked out between two turns of the event loop, for each of the pieces at once. */
const barsPerTurn = 50;
/** The part of its time after which a call asks for no more, so that what it has still arrives. */
const timeToAsk = 0.9;
/** A first bar this much later than asked is worth a note; weekends and most holidays are not. */
const slackMs = 6 * 86_400_000;

export interface BarSeries {
  /** Oldest first. */
  readonly bars: readonly PlainBar[];
  readonly note?: string;
}

interface TimedBar extends PlainBar {
  /** When the bar begins, epoch milliseconds. */
  readonly at: number;
}

/** Fetches a span of bars piece by piece, newest first, and says when less came than was asked. */
export async function collectBars(request: BarRequest, context: ToolContext): Promise<BarSeries> {
  const now = monotonicNow();
  const hurried = { ...context, deadline: now + (context.deadline - now) * timeToAsk };
  const latest = request.query.data === 'ADJUSTED_LAST' || request.instrument.secType === 'CONTFUT';
  const walks = request.stopAfter?.unit === 'seconds' || (request.stopAfter !== undefined && isPieceOfSeconds(request));
  if (latest) return collectLatest(request, hurried);
  return walks ? collectWalking(request, hurried) : collectPlanned(request, hurried);
}

function isPieceOfSeconds({ barSize }: BarRequest): boolean {
  return pieceSeconds(barSize) < 86_400;
}

/** Goes through the plan in waves, until it is done, enough trading days are there, or the time is up. */
async function collectPlanned(request: BarRequest, context: ToolContext): Promise<BarSeries> {
  const whole = planHistory({ ...request, zone: request.instrument.zone });
  const open = isSmallBar(request.barSize) ? await openPieces(whole, request, context) : undefined;
  if (open) refuseTooDear(request, open.length, context);
  const plan = open ?? whole;
  const pieces = plan.slice(0, maxPieces);
  const parts: TimedBar[][] = [];
  let note =
    plan.length > pieces.length
      ? 'The span is too long for one call; ask for the rest with an earlier end.'
      : undefined;
  const days = new Set<string>();
  const perWave = request.stopAfter
    ? Math.max(1, Math.min(atOnce, Math.ceil(request.stopAfter.amount / daysPer(request))))
    : atOnce;
  for (let done = 0; done < pieces.length && !enoughDays(days, request); ) {
    if (outOfTime(context)) {
      note = 'The time ran out before the whole span was there; ask for the rest with an earlier end.';
      break;
    }
    const wave = pieces.slice(done, done + perWave);
    const total = request.stopAfter ? undefined : pieces.length;
    const answers = await Promise.allSettled(wave.map((piece) => fetchPiece(request, piece, done + 1, total, context)));
    const failed = answers.find((answer) => answer.status === 'rejected');
    for (const answer of answers) {
      if (answer.status === 'rejected') break;
      parts.push(answer.value);
      for (const bar of answer.value) days.add(tradingDate(spanOf(request), bar.at));
    }
    if (failed) {
      note = noteOfFailure(failed.reason, parts);
      break;
    }
    done += wave.length;
    context.progress(done, total, `${count(parts)} bars`);
  }
  return finish(request, parts, note, !note);
}

/** Asks from one answer's first bar backwards: seconds and trading days then mean time in which the market was open. */
async function collectWalking(request: BarRequest, context: ToolContext): Promise<BarSeries> {
  const stop = request.stopAfter as HistoryDuration;
  if (isSmallBar(request.barSize)) refuseTooDear(request, tradingPieces(request), context);
  const parts: TimedBar[][] = [];
  const days = new Set<string>();
  let secondsLeft = stop.unit === 'seconds' ? stop.amount : Number.POSITIVE_INFINITY;
  let to = request.to;
  let note: string | undefined;
  for (let done = 0; secondsLeft > 0 && !enoughDays(days, request, true); done += 1) {
    if (done >= maxPieces || outOfTime(context)) {
      note = 'The time ran out before the whole span was there; ask for the rest with an earlier end.';
      break;
    }
    const seconds = Math.min(secondsLeft, pieceSeconds(request.barSize), 86_400);
    const piece: HistoryPiece = { from: Number.NEGATIVE_INFINITY, to, duration: `${Math.max(30, seconds)} S` };
    let bars: TimedBar[];
    try {
      bars = await fetchPiece(request, piece, done + 1, undefined, context);
    } catch (error) {
      note = noteOfFailure(error, parts);
      break;
    }
    const first = bars[0];
    if (!first || first.at >= to) {
      note = `IB has nothing right before ${isoInZone(request.instrument.zone, to)}; an earlier \`end\` may find more.`;
      break;
    }
    parts.push(bars);
    for (const bar of bars) days.add(tradingDate(spanOf(request), bar.at));
    to = first.at;
    secondsLeft -= seconds;
    context.progress(done + 1, undefined, `${count(parts)} bars`);
  }
  return finish(request, parts, note, false);
}

/** One request without an end, the only form that adjusted prices and continuous futures allow. */
async function collectLatest(request: BarRequest, context: ToolContext): Promise<BarSeries> {
  const longest = pieceSeconds(request.barSize) * 1_000;
  const from = Math.max(request.from, request.now - longest);
  const span = { ...request, from, to: request.now, zone: request.instrument.zone };
  const pieces = planHistory(span);
  const piece = { ...(pieces[0] as HistoryPiece), from };
  const days = Math.ceil((request.now - from) / 86_400_000);
  const duration =
    pieces.length === 1 || isPieceOfSeconds(request)
      ? piece.duration
      : days <= 365
        ? `${days} D`
        : `${Math.ceil(days / 365)} Y`;
  const bars = await fetchPiece(request, { ...piece, duration, to: request.now }, 1, 1, context, true);
  const wanted = bars.filter((bar) => bar.at < request.to);
  const note =
    from > request.from && !hasAllDays(wanted, request)
      ? 'IB gives this kind of data only up to now and in one piece, so the span is shorter.'
      : undefined;
  return finish(request, [wanted], note, !note);
}

async function fetchPiece(
  request: BarRequest,
  piece: HistoryPiece,
  number: number,
  total: number | undefined,
  context: ToolContext,
  latest = false,
): Promise<TimedBar[]> {
  const onWait = (ms: number) =>
    context.progress(number - 1, total, `waiting ${Math.ceil(ms / 1_000)} s for IB’s limits on small bars`);
  const bars = await context.gateway.history.fetch(
    request.query,
    piece,
    { latest, onWait, until: context.deadline },
    context.signal,
  );
  const isNewest = piece.to >= request.to;
  const placed: TimedBar[] = [];
  for (const bar of bars) {
    placed.push(timed(bar, request));
    if (placed.length % barsPerTurn === 0) await nextTurn();
  }
  return placed
    .filter(({ at }) => at >= piece.from && (at < piece.to || (isNewest && barSeconds(request.barSize) >= 86_400)))
    .sort((a, b) => a.at - b.at);
}

function timed(bar: Bar, request: BarRequest): TimedBar {
  const { zone } = request.instrument;
  const date = /^(\d{4})(\d{2})(\d{2})$/.exec(bar.time);
  const at = date
    ? tradingDayBegin(spanOf(request), { year: Number(date[1]), month: Number(date[2]), day: Number(date[3]) })
    : Number(bar.time) * 1_000;
  const wap = known(bar.wap);
  return {
    at,
    time: date ? `${date[1]}-${date[2]}-${date[3]}` : isoInZone(zone, at),
    open: bar.open,
    high: bar.high,
    low: bar.low,
    close: bar.close,
    volume: knownSize(bar.volume),
    wap: wap === undefined || wap <= 0 ? undefined : wap,
    count: knownSize(bar.count),
  };
}

function spanOf({ instrument, dayStart }: BarRequest) {
  return { zone: instrument.zone, dayStart };
}

function daysPer({ barSize }: BarRequest): number {
  return Math.max(1, pieceSeconds(barSize) / 86_400);
}

/** When walking, a day is only complete once a bar of the day before is there. */
function enoughDays(days: ReadonlySet<string>, { stopAfter }: BarRequest, walking = false): boolean {
  if (stopAfter?.unit !== 'days') return false;
  return days.size >= stopAfter.amount + (walking ? 1 : 0);
}

function outOfTime(context: ToolContext): boolean {
  return monotonicNow() > context.deadline;
}

/** Part of a history is better than none, unless the caller left or the gateway did. */
function noteOfFailure(reason: unknown, parts: readonly TimedBar[][]): string {
  const gone = ['cancelled', 'gateway_disconnected', 'gateway_interrupted'];
  if (!(reason instanceof ToolError) || gone.includes(reason.code) || count(parts) === 0) throw reason;
  return `Older bars are missing: ${reason.message}`.slice(0, 500);
}

function count(parts: readonly TimedBar[][]): number {
  return parts.reduce((sum, part) => sum + part.length, 0);
}

function finish(
  request: BarRequest,
  parts: readonly TimedBar[][],
  note: string | undefined,
  whole: boolean,
): BarSeries {
  const bars = unique(parts.toReversed().flat(), request.stopAfter, request);
  const first = bars[0];
  if (!first) {
    throw new ToolError({
      code: 'no_data',
      message: note ?? `IB has no ${request.query.data} bars of ${request.instrument.name} in this period.`,
      nextStep: 'Try another period, kind of data or bar size; extended hours need rth=false.',
    });
  }
  const { stopAfter, barSize, from } = request;
  const complete = stopAfter?.unit === 'seconds' || hasAllDays(bars, request);
  const late = whole && !complete && first.at - from > slackMs + datedLateBy(barSize);
  const shown =
    note ??
    (late ? `IB has nothing in this period before ${dateInZone(request.instrument.zone, first.at)}.` : undefined);
  return { bars, ...(shown === undefined ? {} : { note: shown }) };
}

/** Whether trading days were asked for, and as many are there. */
function hasAllDays(bars: readonly TimedBar[], request: BarRequest): boolean {
  const { stopAfter } = request;
  if (stopAfter?.unit !== 'days') return false;
  return new Set(bars.map(({ at }) => tradingDate(spanOf(request), at))).size >= stopAfter.amount;
}

/** IB dates bars of weeks and months by their last day. */
function datedLateBy(barSize: BarSize): number {
  return barSeconds(barSize) > 86_400 ? barSeconds(barSize) * 1_000 : 0;
}

/** Without repeated bars and, where trading days were asked for, only the newest of them. */
function unique(bars: readonly TimedBar[], stop: HistoryDuration | undefined, request: BarRequest): TimedBar[] {
  const distinct = bars.filter((bar, index) => bar.at !== bars[index - 1]?.at);
  if (stop?.unit !== 'days') return distinct;
  const dates = distinct.map((bar) => tradingDate(spanOf(request), bar.at));
  const firstDate = [...new Set(dates)].at(-stop.amount);
  return firstDate === undefined ? distinct : distinct.filter((_, index) => (dates[index] ?? '') >= firstDate);
}
