import { venueOf } from '../contracts/contract-request.ts';
import {
  checkBarCount,
  HistoryParameterError,
  parseBarSize,
  parseDuration,
  parseEnd,
} from '../market/history-parameters.ts';
import type { Instrument } from '../market/instruments.ts';
import { tradedUntil } from '../market/quotes.ts';
import { dayNumber, dayOf } from '../market/zone.ts';
import type { RequestOf } from '../protocol/requests.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import {
  isDuplicate,
  isPacingViolation,
  otherAddress,
  pacingViolation,
  refuseParameter,
  servedBy,
  serviceError,
} from './data-requests.ts';
import type { Context, Handlers } from './handler.ts';
import { startOf } from './history-range.ts';
import { type HistoryKind, isAvailable, isHistoryKind, seriesOf } from './history-series.ts';
import { dateText, type HistoryRequest, keepUpToDate } from './history-updates.ts';

const mostOpenRequests = 50;
const scheduleKind = 'SCHEDULE';

type WhatToShow = HistoryKind | typeof scheduleKind;

/** Sends the bars of a request; false when there are none. */
function sendBars({ session, world }: Context, request: HistoryRequest): boolean {
  const { reqId, instrument, kind, size, range, asEpoch } = request;
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

function sendSchedule({ session, world }: Context, request: Omit<HistoryRequest, 'kind'>): void {
  const { reqId, instrument, range } = request;
  const schedule = world.model.schedule(instrument);
  const { zone } = schedule;
  const local = (instant: number): string => zone.local(instant).replace(' ', '-');
  const sessions = [];
  for (let day = zone.day(range.from); day <= zone.day(range.to); day += 1) {
    const segments = schedule.tradingDay(day)?.segments.filter(({ regular }) => regular || !range.regularOnly) ?? [];
    const [first] = segments;
    const last = segments.at(-1);
    if (!first || !last) continue;
    sessions.push({ start: local(first.start), end: local(last.end), referenceDate: dayOf(day) });
  }
  session.send('historicalSchedule', {
    reqId,
    start: sessions[0]?.start ?? local(range.from),
    end: sessions.at(-1)?.end ?? local(range.to),
    timeZone: zone.name,
    sessions,
  });
}

/** The end of a request, or the reason why this kind of request must not name one. @throws {HistoryParameterError} */
function endOf({ world }: Context, request: RequestOf<'reqHistoricalData'>, kind: WhatToShow, instrument: Instrument) {
  const text = request.text('endDateTime').trim();
  const live = request.flag('keepUpToDate');
  if (text !== '' && (live || kind === 'ADJUSTED_LAST')) {
    throw new HistoryParameterError(`End Date not supported with ${live ? 'realtime updates' : 'adjusted last'}`);
  }
  if (text !== '' && instrument.secType === 'CONTFUT') {
    throw new HistoryParameterError('Setting end date/time for continuous future security type is not allowed.', 10339);
  }
  return Math.min(parseEnd(text, world.now(), world.zone), world.now(), tradedUntil(world.model, instrument));
}

/** What is asked for, apart from the kind of data. @throws {HistoryParameterError} */
function parametersOf(
  context: Context,
  request: RequestOf<'reqHistoricalData'>,
  kind: WhatToShow,
  instrument: Instrument,
): Omit<HistoryRequest, 'kind'> {
  const size = parseBarSize(request.text('barSize'));
  const duration = parseDuration(request.text('duration'));
  checkBarCount(size, duration);
  if (size.unit === 'second' && isPacingViolation(context, request, instrument, kind)) {
    throw new HistoryParameterError(`${serviceError}${pacingViolation}`, 162);
  }
  const end = endOf(context, request, kind, instrument);
  const regularOnly = request.flag('useRth');
  const schedule = context.world.model.schedule(instrument);
  const listed = schedule.zone.instant(dayNumber(instrument.listed), 0);
  const from = Math.max(listed, end > listed ? startOf(schedule, end, duration, regularOnly) : end);
  return {
    reqId: request.int('reqId'),
    instrument,
    size,
    range: { from, to: end, regularOnly },
    asEpoch: request.int('formatDate') === 2,
  };
}

/** Why the history service has nothing for this client, or undefined when it may answer. */
function historyRefusal({ world }: Context, instrument: Instrument): string | undefined {
  if (world.faults.competingSession) return otherAddress;
  if (instrument.permission !== 'none') return undefined;
  return `No market data permissions for ${servedBy(instrument)} ${instrument.secType}`;
}

/** Whether the client may have one more query open; sends the error if not. */
function hasRoom(context: Context, reqId: number): boolean {
  const { session } = context;
  if (isDuplicate(context, 'historicalData', reqId)) return false;
  if (session.subscriptions.count('historicalData') < mostOpenRequests) return true;
  const text = `Only ${mostOpenRequests} simultaneous API historical data requests allowed.`;
  session.sendError(reqId, 322, `Error processing request.-'bN' : cause - ${text}`);
  return false;
}

export const historyHandlers: Handlers = {
  reqHistoricalData(context, request) {
    const { session } = context;
    const reqId = request.int('reqId');
    if (!hasRoom(context, reqId)) return;
    const kind = request.text('whatToShow').toUpperCase();
    if (!isHistoryKind(kind) && kind !== scheduleKind) {
      sendInvalid(context, reqId, 'What to show field is missing or incorrect.');
      return;
    }
    const instrument = resolveInstrument(context, request);
    if (!instrument) return;
    try {
      const parameters = parametersOf(context, request, kind, instrument);
      if (kind === scheduleKind) {
        sendSchedule(context, parameters);
        return;
      }
      const refusal = historyRefusal(context, instrument);
      if (refusal !== undefined) {
        session.sendError(reqId, 162, `${serviceError}${refusal}`);
        return;
      }
      const wanted = { ...parameters, kind };
      if (!isAvailable(kind, instrument) || !sendBars(context, wanted)) {
        const name = kind.charAt(0) + kind.slice(1).toLowerCase();
        const text = `HMDS query returned no data: ${venueOf(request, instrument)} ${name}`;
        session.sendError(reqId, 162, `${serviceError}${text}`);
        return;
      }
      if (request.flag('keepUpToDate')) keepUpToDate(context, wanted);
    } catch (error) {
      refuseParameter(context, reqId, error);
    }
  },

  cancelHistoricalData({ session }, request) {
    const reqId = request.int('reqId');
    if (session.subscriptions.remove('historicalData', reqId)) {
      session.sendError(reqId, 162, `${serviceError}API historical data query cancelled: ${reqId}`);
    } else session.sendError(reqId, 366, `No historical data query found for ticker id:${reqId}`);
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
    const refusal =
      historyRefusal(context, instrument) ?? (isAvailable(kind, instrument) ? undefined : 'No head time stamp');
    if (refusal !== undefined) {
      session.sendError(reqId, 162, `${serviceError}${refusal}`);
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
