import { HistoryParameterError, parseEnd } from '../market/history-parameters.ts';
import type { Zone } from '../market/zone.ts';
import { OrderRequestError } from './order-error.ts';

/**
 * A time of an order: `20261231 23:59:59 US/Eastern`, `20261231-23:59:59` in UTC, without a zone in the gateway's, a
 * date alone for the end of that day, or a time alone for today. Empty is undefined.
 * @param label what the gateway calls the field in its complaint
 * @returns epoch milliseconds
 * @throws {OrderRequestError} 10314 when it is none of these
 */
export function parseOrderTime(text: string, label: string, now: number, zone: Zone): number | undefined {
  if (text === '') return undefined;
  try {
    return parseEnd(text, now, zone);
  } catch (error) {
    if (!(error instanceof HistoryParameterError)) throw error;
    throw new OrderRequestError(
      10314,
      `${label}: The date, time, or time-zone entered is invalid. The correct format is yyyymmdd hh:mm:ss xx/xxxx or yyyymmdd-hh:mm:ss where yyyymmdd and xx/xxxx are optional.`,
    );
  }
}
