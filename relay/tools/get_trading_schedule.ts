import { getTradingSchedule } from '../../shared/tools/get_trading_schedule.ts';
import { omitUndefined } from '../../shared/values.ts';
import { liveContract } from '../gateway/contracts/contracts.ts';
import type { Instrument } from '../gateway/contracts/instrument.ts';
import { daysOfHours, type MarketSession, parseHours } from '../gateway/time/hours.ts';
import { dateInZone, isoInZone, localToEpoch } from '../gateway/time/time-zones.ts';
import { exchangeNamed } from './support/exchange-names.ts';
import { marketStateAt } from './support/market-state.ts';
import { notesOf } from './support/options.ts';
import { zoneUnknown } from './support/times.ts';
import { executorOf, type ToolContext } from './support/tool.ts';

const dayMs = 86_400_000;
/** IB takes no more days in one request. */
const mostDays = 365;
const leadDays = 7;

export const getTradingScheduleExecutor = executorOf(getTradingSchedule, async (args, context) => {
  const { gateway, signal } = context;
  const exchange = exchangeNamed(args.contract);
  const instrument = await gateway.contracts.resolve(exchange?.contract ?? args.contract, signal);
  const { details, zone, marketZone } = instrument;
  const now = gateway.serverTime();
  const today = dateInZone(zone, now);
  const first = args.from ?? today;
  const last = addDays(first, args.days - 1);
  const hours = args.extended ? details.tradingHours : details.liquidHours;
  const past = first < today ? await pastSessions(first, last < today ? last : today, instrument, args, context) : [];
  const dated = new Map<number, { date: string; session: MarketSession }>();
  for (const { date, ...session } of past) dated.set(session.open, { date, session });
  for (const session of parseHours(hours, marketZone)) {
    dated.set(session.open, { date: dateInZone(zone, session.close - 1), session });
  }
  const shown = [...dated.values()]
    .filter(({ date }) => date >= first && date <= last)
    .sort((a, b) => a.session.open - b.session.open);
  const hoursDays = daysOfHours(hours, marketZone);
  const known = {
    since: past[0]?.date ?? hoursDays?.first,
    until: hoursDays?.last ?? past.at(-1)?.date,
  };
  const notes = [
    exchange === undefined ? undefined : `${exchange.name}: the hours of ${instrument.name}.`,
    marketZone === undefined ? zoneUnknown(instrument) : undefined,
    noteOf(known, first, last),
  ];
  return omitUndefined({
    conId: instrument.conId,
    contract: instrument.name,
    timeZone: marketZone ?? 'unknown',
    asOf: isoInZone(zone, now),
    ...stateAt(now, instrument),
    columns: ['date', 'open', 'close'],
    rows: shown.map(({ date, session }) => [date, isoInZone(zone, session.open), isoInZone(zone, session.close)]),
    holidays: holidaysOf(known, first, last, new Set(shown.map(({ date }) => date))),
    note: notesOf(notes),
  });
});

/** The days of which IB tells the hours. */
interface KnownDays {
  readonly since: string | undefined;
  readonly until: string | undefined;
}

/** Weekdays without a session, of those that IB tells. */
function holidaysOf({ since, until }: KnownDays, first: string, last: string, sessions: ReadonlySet<string>): string[] {
  if (since === undefined || until === undefined) return [];
  return daysOf(first > since ? first : since, last < until ? last : until).filter(
    (day) => isWeekday(day) && !sessions.has(day),
  );
}

/** The sessions from a day on up to another that has come, and some before them: what lies between is told, too. */
function pastSessions(
  first: string,
  last: string,
  instrument: Instrument,
  { extended }: { readonly extended: boolean },
  { gateway, signal }: ToolContext,
) {
  const { zone, marketZone, secType, contract } = instrument;
  return gateway.history.schedule(
    // IB takes no end for a continuous future; its front month trades at the same hours.
    secType === 'CONTFUT' ? liveContract(instrument) : contract,
    {
      to: Math.min(gateway.serverTime(), startOfDay(addDays(last, 1), zone)),
      days: Math.min(mostDays, daysBetween(first, last) + 1 + leadDays),
    },
    { regularHoursOnly: !extended, marketZone },
    signal,
  );
}

function noteOf({ since, until }: KnownDays, first: string, last: string): string | undefined {
  if (since === undefined || until === undefined || since > last) {
    return 'IB tells nothing of this market’s hours in this period.';
  }
  const from = first < since ? ` from ${since} on` : '';
  const to = until < last ? ` up to ${until}` : '';
  if (from === '' && to === '') return undefined;
  const later = until < first ? ': whether it opens later is not known yet' : '';
  return `IB tells this market’s hours only${from}${to}${later}.`;
}

function stateAt(now: number, instrument: Instrument) {
  const { state, nextOpen, nextClose } = marketStateAt(now, instrument);
  const iso = (time: number | undefined): string | undefined =>
    time === undefined ? undefined : isoInZone(instrument.zone, time);
  return { state, nextOpen: iso(nextOpen), nextClose: iso(nextClose) };
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
