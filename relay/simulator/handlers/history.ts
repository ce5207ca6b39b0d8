import type { BarRange, BarSize } from '../market/bars.ts';
import type { Schedule, TradingDay } from '../market/calendar.ts';
import type { Instrument } from '../market/instruments.ts';
import { DAY_MS, dayNumber, dayOf, type Zone } from '../market/zone.ts';
import { resolveInstrument, sendInvalid, venueOf } from './contract-query.ts';
import type { Context, Handlers } from './handler.ts';
import {
  checkBarCount,
  type Duration,
  HistoryParameterError,
  parseBarSize,
  parseDuration,
  parseEnd,
} from './history-parameters.ts';
import { type HistoryBar, type HistoryKind, isAvailable, isHistoryKind, seriesOf } from './history-series.ts';

/** How often a bar that is kept up to date is sent. */
const UPDATE_MS = 1000;
const MOST_OPEN_REQUESTS = 50;
const SERVICE_ERROR = 'Historical Market Data Service error message:';
const SCHEDULE_KIND = 'SCHEDULE';

/** Where a duration that ends at `end` begins: days are trading days, seconds are seconds of trading. */
function startOf(schedule: Schedule, end: number, { count, unit }: Duration, regularOnly: boolean): number {
  const visible = ({ segments }: TradingDay) => segments.filter(({ regular }) => regular || !regularOnly);
  const zone = schedule.zone;
  if (unit === 'W') return end - count * 7 * DAY_MS;
  if (unit === 'M' || unit === 'Y') return monthsBefore(zone, end, unit === 'M' ? count : count * 12);
  let left = count;
  let day = schedule.latest(end - 1);
  for (;;) {
    for (const segment of visible(day).toReversed()) {
      if (segment.start >= end) continue;
      if (unit === 'D') break;
      const open = (Math.min(segment.end, end) - segment.start) / 1000;
      if (open >= left) return Math.min(segment.end, end) - left * 1000;
      left -= open;
    }
    const first = visible(day)[0]?.start ?? end;
    if (unit === 'D' && first < end) left -= 1;
    if (left <= 0) return first;
    day = schedule.previous(day.day - 1);
  }
}

function monthsBefore(zone: Zone, end: number, months: number): number {
  const [date = '', time = ''] = zone.local(end).split(' ');
  const [hours = 0, minutes = 0] = time.split(':').map(Number);
  const shifted = new Date(Date.UTC(Number(date.slice(0, 4)), Number(date.slice(4, 6)) - 1 - months, 1));
  const lastOfMonth = new Date(Date.UTC(shifted.getUTCFullYear(), shifted.getUTCMonth() + 1, 0)).getUTCDate();
  shifted.setUTCDate(Math.min(Number(date.slice(6, 8)), lastOfMonth));
  return zone.instant(shifted.getTime() / DAY_MS, hours * 60 + minutes);
}

function dateText(bar: HistoryBar, size: BarSize, zone: Zone, asEpoch: boolean): string {
  if (size.unit !== 'second' && size.unit !== 'minute') return bar.day;
  return asEpoch ? String(bar.start / 1000) : zone.stamp(bar.start);
}

interface HistoryRequest {
  readonly reqId: number;
  readonly instrument: Instrument;
  readonly kind: HistoryKind;
  readonly size: BarSize;
  readonly range: BarRange;
  readonly asEpoch: boolean;
}

function sendBars(
  { session, world }: Context,
  { reqId, instrument, kind, size, range, asEpoch }: HistoryRequest,
): boolean {
  const { zone } = world.model.schedule(instrument);
  const bars = seriesOf(world.model, instrument, kind, size, range);
  if (bars.length === 0) return false;
  const startDate = zone.stamp(range.from);
  const endDate = zone.stamp(range.to);
  session.send('historicalData', {
    reqId,
    startDate,
    endDate,
    bars: bars.map((bar) => ({
      date: dateText(bar, size, zone, asEpoch),
      open: bar.open,
      high: bar.high,
      low: bar.low,
      close: bar.close,
      volume: bar.volume,
      wap: bar.wap,
      count: bar.count,
    })),
  });
  if (session.serverVersion >= 196) session.send('historicalDataEnd', { reqId, startDate, endDate });
  return true;
}

/** Sends the newest bar again whenever it has grown. */
function keepUpToDate(context: Context, request: HistoryRequest): void {
  const { session, world } = context;
  const { reqId, instrument, kind, size, asEpoch } = request;
  const { zone } = world.model.schedule(instrument);
  let sent = '';
  context.subscribe({
    kind: 'historicalData',
    reqId,
    subject: instrument.localSymbol,
    everyMs: UPDATE_MS,
    update: (now) => {
      const range = { ...request.range, from: now - 40 * DAY_MS, to: now + 1 };
      const from = size.unit === 'second' || size.unit === 'minute' ? now - 5 * DAY_MS : range.from;
      const bar = seriesOf(world.model, instrument, kind, size, { ...range, from }).at(-1);
      if (!bar || session.congested || JSON.stringify(bar) === sent) return;
      sent = JSON.stringify(bar);
      const { open, high, low, close, volume, wap, count } = bar;
      const date = dateText(bar, size, zone, asEpoch);
      session.send('historicalDataUpdate', { reqId, count, date, open, close, high, low, wap, volume });
    },
  });
}

function sendSchedule(
  { session, world }: Context,
  reqId: number,
  instrument: Instrument,
  from: number,
  to: number,
): void {
  const schedule = world.model.schedule(instrument);
  const { zone } = schedule;
  const local = (instant: number): string => zone.local(instant).replace(' ', '-');
  const sessions = [];
  for (let day = zone.day(from); day <= zone.day(to); day += 1) {
    const segments = schedule.tradingDay(day)?.segments.filter(({ regular }) => regular) ?? [];
    const [first] = segments;
    const last = segments.at(-1);
    if (!first || !last) continue;
    sessions.push({ start: local(first.start), end: local(last.end), referenceDate: dayOf(day) });
  }
  session.send('historicalSchedule', {
    reqId,
    start: sessions[0]?.start ?? local(from),
    end: sessions.at(-1)?.end ?? local(to),
    timeZone: zone.name,
    sessions,
  });
}

/** A request apart from its id. */
function identity({ reqId: _, ...rest }: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return rest;
}

/** Sends what a refused parameter calls for, and lets anything else pass on. */
function refuse(context: Context, reqId: number, error: unknown): void {
  if (!(error instanceof HistoryParameterError)) throw error;
  if (error.code === 321) sendInvalid(context, reqId, error.message);
  else context.session.sendError(reqId, error.code, error.message);
}

export const historyHandlers: Handlers = {
  reqHistoricalData(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    if (session.subscriptions.has('historicalData', reqId)) {
      session.sendError(reqId, 322, "Error processing request.-'bN' : cause - Duplicate ticker id");
      return;
    }
    if (session.subscriptions.count('historicalData') >= MOST_OPEN_REQUESTS) {
      session.sendError(reqId, 366, 'No historical data query found for ticker id: too many are open');
      return;
    }
    const kind = request.text('whatToShow').toUpperCase();
    if (!isHistoryKind(kind) && kind !== SCHEDULE_KIND) {
      sendInvalid(context, reqId, 'What to show field is missing or incorrect.');
      return;
    }
    const instrument = resolveInstrument(context, request);
    if (!instrument) return;
    const subject = venueOf(request, instrument);
    const live = request.flag('keepUpToDate');
    try {
      const size = parseBarSize(request.text('barSize'));
      const duration = parseDuration(request.text('duration'));
      checkBarCount(size, duration);
      if (size.unit === 'second' && world.pacing?.violates(JSON.stringify(identity(request.values)), world.now())) {
        throw new HistoryParameterError(`${SERVICE_ERROR}Historical data request pacing violation`, 162);
      }
      const endText = request.text('endDateTime').trim();
      if (endText !== '' && (live || kind === 'ADJUSTED_LAST')) {
        throw new HistoryParameterError(`End Date not supported with ${live ? 'realtime updates' : 'adjusted last'}`);
      }
      if (endText !== '' && instrument.secType === 'CONTFUT') {
        throw new HistoryParameterError(
          'Setting end date/time for continuous future security type is not allowed.',
          10339,
        );
      }
      const end = Math.min(parseEnd(endText, world.now(), world.zone), world.now());
      const regularOnly = request.flag('useRth');
      const schedule = world.model.schedule(instrument);
      const listed = schedule.zone.instant(dayNumber(instrument.listed), 0);
      const from = Math.max(listed, end > listed ? startOf(schedule, end, duration, regularOnly) : end);
      if (kind === SCHEDULE_KIND) {
        sendSchedule(context, reqId, instrument, from, end);
        return;
      }
      if (instrument.permission === 'none') {
        const text = `No market data permissions for ${instrument.primaryExchange} ${instrument.secType}`;
        session.sendError(reqId, 162, `${SERVICE_ERROR}${text}`);
        return;
      }
      const asEpoch = request.int('formatDate') === 2;
      const wanted = { reqId, instrument, kind, size, range: { from, to: end, regularOnly }, asEpoch };
      if (!isAvailable(kind, instrument) || !sendBars(context, wanted)) {
        const name = kind.charAt(0) + kind.slice(1).toLowerCase();
        session.sendError(reqId, 162, `${SERVICE_ERROR}HMDS query returned no data: ${subject} ${name}`);
        return;
      }
      if (live) keepUpToDate(context, wanted);
    } catch (error) {
      refuse(context, reqId, error);
    }
  },

  cancelHistoricalData({ session }, request) {
    const reqId = request.int('reqId');
    if (!session.subscriptions.remove('historicalData', reqId)) {
      session.sendError(reqId, 366, `No historical data query found for ticker id:${reqId}`);
    }
  },

  reqHeadTimestamp(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const kind = request.text('whatToShow').toUpperCase();
    if (!isHistoryKind(kind)) {
      sendInvalid(context, reqId, 'What to show field is missing or incorrect.');
      return;
    }
    const instrument = resolveInstrument(context, request);
    if (!instrument) return;
    if (!isAvailable(kind, instrument)) {
      session.sendError(reqId, 162, `${SERVICE_ERROR}No head time stamp`);
      return;
    }
    const { segments } = world.model.schedule(instrument).next(dayNumber(instrument.listed));
    const first = segments.find(({ regular }) => regular || !request.flag('useRth'))?.start ?? 0;
    const utc = new Date(first).toISOString();
    const text = `${utc.slice(0, 10).replaceAll('-', '')}-${utc.slice(11, 19)}`;
    session.send('headTimestamp', { reqId, timestamp: request.int('formatDate') === 2 ? first / 1000 : text });
  },

  // Head timestamps are answered at once, so that there is never one left to cancel.
  cancelHeadTimestamp() {},
};
