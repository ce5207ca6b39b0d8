import { getTradingSchedule } from '../../shared/tools/get_trading_schedule.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { omitUndefined } from '../gateway/numbers.ts';
import { daysOfHours, type MarketSession, parseHours } from '../gateway/time/hours.ts';
import { dateInZone, isoInZone, localToEpoch } from '../gateway/time/time-zones.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

const dayMs = 86_400_000;
/** IB takes no more days in one request. */
const mostDays = 365;
const leadDays = 7;

export const getTradingScheduleExecutor = executorOf(getTradingSchedule, async (args, context) => {
  const { gateway, signal } = context;
  const instrument = await gateway.contracts.resolve(args.contract, signal);
  const { details, zone } = instrument;
  const now = gateway.serverTime();
  const today = dateInZone(zone, now);
  const first = args.from ?? today;
  const last = addDays(first, args.days - 1);
  const hours = args.extended ? details.tradingHours : details.liquidHours;
  const past = first < today ? await pastSessions(first, last < today ? last : today, instrument, args, context) : [];
  const dated = new Map<number, { date: string; session: MarketSession }>();
  for (const { date, ...session } of past) dated.set(session.open, { date, session });
  for (const session of parseHours(hours, zone)) {
    dated.set(session.open, { date: dateInZone(zone, session.close - 1), session });
  }
  const shown = [...dated.values()]
    .filter(({ date }) => date >= first && date <= last)
    .sort((a, b) => a.session.open - b.session.open);
  const dates = new Set(shown.map(({ date }) => date));
  const hoursDays = daysOfHours(hours, zone);
  const since = past[0]?.date ?? hoursDays?.first ?? today;
  const until = hoursDays?.last ?? today;
  return omitUndefined({
    conId: instrument.conId,
    contract: instrument.name,
    timeZone: zone,
    asOf: isoInZone(zone, now),
    ...stateAt(now, details.liquidHours, details.tradingHours, zone),
    columns: ['date', 'open', 'close'],
    rows: shown.map(({ date, session }) => [date, isoInZone(zone, session.open), isoInZone(zone, session.close)]),
    holidays: daysOf(first > since ? first : since, last < until ? last : until).filter(
      (day) => isWeekday(day) && !dates.has(day),
    ),
    note:
      since > last
        ? 'IB tells nothing of this market’s hours in this period.'
        : noteOf(first < since ? since : undefined, until < last ? until : undefined),
  });
});

/** The sessions from a day on up to another that has come, and some before them: what lies between is told, too. */
function pastSessions(
  first: string,
  last: string,
  { contract, zone }: Instrument,
  { extended }: { readonly extended: boolean },
  { gateway, signal }: ToolContext,
) {
  return gateway.history.schedule(
    contract,
    {
      to: Math.min(gateway.serverTime(), startOfDay(addDays(last, 1), zone)),
      days: Math.min(mostDays, daysBetween(first, last) + 1 + leadDays),
    },
    { regularHoursOnly: !extended, zone },
    signal,
  );
}

function noteOf(since: string | undefined, until: string | undefined): string | undefined {
  if (since === undefined && until === undefined) return undefined;
  const from = since === undefined ? '' : ` from ${since} on`;
  return `IB tells this market’s hours only${from}${until === undefined ? '' : ` up to ${until}`}.`;
}

function stateAt(now: number, liquidHours: string | undefined, tradingHours: string | undefined, zone: string) {
  const within = ({ open, close }: MarketSession): boolean => open <= now && now < close;
  const regular = parseHours(liquidHours, zone);
  const iso = (time: number | undefined): string | undefined =>
    time === undefined ? undefined : isoInZone(zone, time);
  const state: 'regular' | 'extended' | 'closed' = regular.some(within)
    ? 'regular'
    : parseHours(tradingHours, zone).some(within)
      ? 'extended'
      : 'closed';
  return {
    state,
    nextOpen: iso(regular.find(({ open }) => open > now)?.open),
    nextClose: iso(regular.find(({ close }) => close > now)?.close),
  };
}

/** Calendar days as UTC midnights: arithmetic on dates knows no clock changes. */
function addDays(day: string, count: number): string {
  return new Date(Date.parse(day) + count * dayMs).toISOString().slice(0, 10);
}

function daysBetween(first: string, last: string): number {
  return Math.round((Date.parse(last) - Date.parse(first)) / dayMs);
}

function daysOf(first: string, last: string): string[] {
  return Array.from({ length: Math.max(0, daysBetween(first, last) + 1) }, (_, index) => addDays(first, index));
}

function isWeekday(day: string): boolean {
  return ![0, 6].includes(new Date(day).getUTCDay());
}

function startOfDay(day: string, zone: string): number {
  const [year = 0, month = 1, date = 1] = day.split('-').map(Number);
  return localToEpoch(zone, { year, month, day: date });
}
