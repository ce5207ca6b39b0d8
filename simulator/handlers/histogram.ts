import { venueOf } from '../contracts/contract-request.ts';
import type { Duration } from '../market/history-parameters.ts';
import { tradedUntil } from '../market/quotes.ts';
import { resolveInstrument, sendInvalid } from './contract-query.ts';
import { refusalOf } from './data-requests.ts';
import type { Handlers } from './handler.ts';
import { histogramOf } from './histogram-data.ts';
import { startOf } from './history-range.ts';
import { isAvailable } from './history-series.ts';

const refused = 10188;
const prefix = 'Failed to request histogram data:';
const secondsPerUnit = { s: 1, sec: 1, second: 1, min: 60, minute: 60, h: 3600, hour: 3600 } as const;
const longUnits = { d: 'D', day: 'D', w: 'W', week: 'W', m: 'M', month: 'M', y: 'Y', year: 'Y' } as const;
const longestDays: Readonly<Record<Duration['unit'], number>> = { S: 1 / 86_400, D: 1, W: 7, M: 31, Y: 366 };
const mostDays = 366;

/** Reads periods such as `3 days` or `1 week`; undefined for anything else, or for more than a year. */
export function parsePeriod(text: string): Duration | undefined {
  const match = /^(\d{1,5})\s*([a-z]+?)s?$/i.exec(text.trim());
  const unit = (match?.[2] ?? '').toLowerCase();
  const count = Number(match?.[1]);
  const duration = durationOf(count, unit);
  const fits = duration !== undefined && count > 0 && duration.count * longestDays[duration.unit] <= mostDays;
  return fits ? duration : undefined;
}

function durationOf(count: number, unit: string): Duration | undefined {
  if (Object.hasOwn(secondsPerUnit, unit)) {
    return { count: count * secondsPerUnit[unit as keyof typeof secondsPerUnit], unit: 'S' };
  }
  if (Object.hasOwn(longUnits, unit)) return { count, unit: longUnits[unit as keyof typeof longUnits] };
  return undefined;
}

export const histogramHandlers: Handlers = {
  reqHistogramData(context, request) {
    const { session, world } = context;
    const reqId = request.int('reqId');
    const period = parsePeriod(request.text('timePeriod'));
    if (!period) {
      sendInvalid(context, reqId, 'Time period is invalid. It must be a number followed by a unit such as days.');
      return;
    }
    const instrument = resolveInstrument(context, request);
    if (!instrument) return;
    const nothing = `HMDS query returned no data: ${venueOf(request, instrument)} Trades`;
    const traded = isAvailable('TRADES', instrument) && instrument.process.volume > 0;
    const refusal = refusalOf(context, instrument) ?? (traded ? undefined : nothing);
    if (refusal !== undefined) {
      session.sendError(reqId, refused, `${prefix}${refusal}`);
      return;
    }
    const to = Math.min(world.now(), tradedUntil(world.model, instrument));
    const regularOnly = request.flag('useRth');
    const from = startOf(world.model.schedule(instrument), to, period, regularOnly);
    const rows = histogramOf(world.model, instrument, { from, to, regularOnly });
    session.send('histogramData', { reqId, bins: rows.map((row) => ({ ...row })) });
  },

  // Histograms are answered at once, so that there is never one left to cancel.
  cancelHistogramData() {},
};
