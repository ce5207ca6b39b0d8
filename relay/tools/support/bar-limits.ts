import { ToolError } from '../../../shared/errors.ts';
import { pacedWeight, windowLimit } from '../../gateway/history/history-pacing.ts';
import { barSeconds, isSmallBar, pieceSeconds } from '../../gateway/history/history-plan.ts';
import { openSeconds } from '../../gateway/time/hours.ts';
import type { BarRequest } from './bar-request.ts';
import type { ToolContext } from './tool.ts';

/** The Worker takes no larger answers. */
const mostBytes = 6 * 1_048_576;
/** What a bar takes of it, and its averages. */
const rowBytes = 66;
const averageBytes = 20;

/**
 * Refuses before the first request what cannot be told in one answer.
 * @param wanted how many rows the call wants at most, when it says so, and whether with averages
 * @throws ToolError `invalid_arguments`
 */
export function refuseTooLong(
  request: BarRequest,
  wanted: { readonly max_points?: number | undefined; readonly wap: boolean },
): void {
  const { barSize, query } = request;
  const bars = tradingSeconds(request) / barSeconds(barSize);
  const mostRows = Math.floor(mostBytes / (rowBytes + (wanted.wap ? averageBytes : 0)));
  if (Math.min(bars, wanted.max_points ?? bars) <= mostRows) return;
  // What IB does not even let through is told with what it does.
  if (isSmallBar(barSize) && tradingPieces(request) > mostRequests(query.data)) return;
  throw new ToolError({
    code: 'invalid_arguments',
    message: `About ${roughly(bars)} bars of ${barSize} are in this period; one answer holds about ${roughly(mostRows)}.`,
    nextStep: `${monthsMeant(request)}Merge them with max_points, ask for larger bars, or for a shorter period.`,
  });
}

/**
 * Refuses small bars before the first request, when IB's limits do not let all requests through in the call's time.
 * @param requests how many it takes
 * @throws ToolError `invalid_arguments` for what never fits, `pacing` for what does not at the moment
 */
export function refuseTooDear(request: BarRequest, requests: number, context: ToolContext): void {
  const { barSize, query } = request;
  const room = Math.floor(context.gateway.history.room(context.deadline) / pacedWeight(query.data));
  if (requests <= room) return;
  const most = mostRequests(query.data);
  const hours = (count: number): string => `${Math.floor((count * pieceSeconds(barSize)) / 360) / 10} h`;
  const cost = `IB gives bars of ${barSize} in requests of ${hours(1)}, ${most} in ten minutes; this takes ${requests}`;
  if (requests > most) {
    throw new ToolError({
      code: 'invalid_arguments',
      message: `${cost}.`,
      nextStep: `${monthsMeant(request)}Ask for at most ${hours(most)} of open market at once, or for larger bars.`,
    });
  }
  throw new ToolError({
    code: 'pacing',
    message: `${cost}, and ${room} are left.`,
    nextStep: `Ask for at most ${hours(room)} of open market, for bars of a minute or more, or again in ten minutes.`,
  });
}

/** How many requests for small bars the open market in what is asked for takes. */
export function tradingPieces(request: BarRequest): number {
  return Math.ceil(tradingSeconds(request) / pieceSeconds(request.barSize));
}

function mostRequests(data: string): number {
  return Math.floor(windowLimit / pacedWeight(data));
}

/** For those who may have meant minutes. */
function monthsMeant({ duration = '' }: BarRequest): string {
  return /^\d+ ?m$/i.test(duration) ? `“${duration}” is months; minutes are 30min or 1800 S. ` : '';
}

/** About how long the market was open in what is asked for, judged by the week to come. */
function tradingSeconds({ instrument, query, stopAfter, from, to }: BarRequest): number {
  const { details, marketZone } = instrument;
  const { perDay, share } = openSeconds(
    query.regularHoursOnly ? details.liquidHours : details.tradingHours,
    marketZone,
  );
  if (stopAfter?.unit === 'seconds') return stopAfter.amount;
  if (stopAfter?.unit === 'days') return stopAfter.amount * perDay;
  return ((to - from) / 1_000) * share;
}

function roughly(count: number): string {
  return Number(count.toPrecision(2)).toLocaleString('en-US');
}
