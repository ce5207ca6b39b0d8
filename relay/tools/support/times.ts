import { ToolError } from '../../../shared/errors.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { tradingDayBegin } from '../../gateway/history/history-plan.ts';
import { localToEpoch } from '../../gateway/time/time-zones.ts';

/**
 * Reads ISO 8601 or a date, as epoch milliseconds. Without an offset it is the exchange's time; a date as an end means
 * its trading day's end. Where the exchange's zone is unknown, a date is UTC's, and a time needs an offset.
 * @param dayStart local minute of the day at which a trading day begins
 * @param name how the argument is called
 * @throws ToolError `invalid_arguments`
 */
export function parseTime(
  which: 'start' | 'end',
  text: string,
  zone: string | undefined,
  dayStart: number,
  name: string = which,
): number {
  const date = /^(\d{4})-?(\d{2})-?(\d{2})$/.exec(text);
  if (date) {
    const [year, month, day] = date.slice(1).map(Number) as [number, number, number];
    if (isDate(year, month, day))
      return tradingDayBegin({ zone: zone ?? 'UTC', dayStart }, { year, month, day }, which === 'end' ? 1 : 0);
  }
  const local = /^(\d{4})-(\d{2})-(\d{2})[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d+)?)?$/.exec(text);
  if (local) {
    const [year, month, day, hour, minute, second] = local.slice(1).map((part) => Number(part ?? 0)) as [
      number,
      number,
      number,
      number,
      number,
      number,
    ];
    if (isDate(year, month, day) && hour < 24 && minute < 60 && second < 60) {
      if (zone === undefined) throw needsOffset(name, text);
      return localToEpoch(zone, { year, month, day, hour, minute, second });
    }
  }
  const instant = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:?\d{2})$/.test(text)
    ? Date.parse(text)
    : Number.NaN;
  if (!Number.isNaN(instant)) return instant;
  throw new ToolError({
    code: 'invalid_arguments',
    message: `${name}: “${text}” is no date or time.`,
    nextStep: 'Write 2026-04-02, 2026-04-02T09:30:00 (exchange time) or 2026-04-02T09:30:00-04:00.',
  });
}

/** What a reader has to know of an instrument whose zone is unknown. */
export function zoneUnknown({ details }: Pick<Instrument, 'details'>): string {
  const said = details.timeZoneId ? `IB says “${details.timeZoneId.slice(0, 60)}”` : 'IB names none';
  return `The time zone of this market is unknown (${said}): times are UTC.`;
}

function needsOffset(name: string, text: string): ToolError {
  return new ToolError({
    code: 'invalid_arguments',
    message: `${name}: “${text}” has no offset, and the time zone of this market is unknown.`,
    nextStep: `Write it with its offset, as ${text.replace(' ', 'T')}-04:00, or in UTC with a Z.`,
  });
}

function isDate(year: number, month: number, day: number): boolean {
  const date = new Date(Date.UTC(year, month - 1, day));
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}
