import type { Instrument } from '../../gateway/contracts/instrument.ts';
import { parseGatewayTime } from '../../gateway/time/gateway-time.ts';
import { parseHours } from '../../gateway/time/hours.ts';
import { dateInZone, epochToLocal, localToEpoch } from '../../gateway/time/time-zones.ts';

/** When an option ends: its last trade, or its settlement at the open. */
export interface OptionEnd {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly zone: string;
  readonly settled: 'AM' | 'PM';
  /** IB tells nothing of that day: its market's usual hours stand in. */
  readonly usual: boolean;
}

type Told = Pick<Instrument, 'details' | 'marketZone'>;

const usualOpen = { hour: 9, minute: 30 };
const usualClose = { hour: 16, minute: 0 };
/** Index options that may be exercised early; all others are European. */
const americanIndices: ReadonlySet<string> = new Set(['OEX']);
/** Futures whose own class of options alone is American: weekly options, those of a month's end and the like are European at CME. */
const europeanBesides: ReadonlySet<string> = new Set(['ES', 'MES', 'NQ', 'MNQ']);

/**
 * IB does not tell how options are exercised: those on indices at their end, all others at any time, but for those on
 * futures of which the exchange says otherwise.
 */
export function isAmerican(
  underlying: Pick<Instrument, 'secType' | 'details'> | undefined,
  tradingClass?: string,
): boolean {
  const symbol = underlying?.details.contract.symbol ?? '';
  if (underlying?.secType === 'IND') return americanIndices.has(symbol);
  const isWeekly = tradingClass !== undefined && tradingClass !== symbol;
  return !(underlying?.secType === 'FUT' && europeanBesides.has(symbol) && isWeekly);
}

/**
 * The end of an option: by the time that IB names for its last trade, else by the hours of its underlying on that day.
 * One that trades no more on the day of its expiry is settled by the opening prices of that day.
 * @param expiry `YYYYMMDD`
 * @param listed absent for an option that is not listed
 */
export function endOf(expiry: string, underlying: Told | undefined, listed?: Told): OptionEnd {
  const settled = listed && lastDayOf(listed) < expiry ? 'AM' : 'PM';
  const hours = underlying ?? listed;
  const zone = hours?.marketZone ?? 'America/New_York';
  const named = settled === 'PM' && listed ? namedEnd(expiry, listed, zone) : undefined;
  if (named !== undefined) return { at: named, zone, settled, usual: false };
  const sessions = parseHours(hours?.details.liquidHours, hours?.marketZone);
  const edge = settled === 'AM' ? 'open' : 'close';
  const ofDay = sessions.filter(({ close }) => dateInZone(zone, close - 1).replaceAll('-', '') === expiry);
  const exact = (settled === 'AM' ? ofDay[0] : ofDay.at(-1))?.[edge];
  if (exact !== undefined) return { at: exact, zone, settled, usual: false };
  const times = sessions.map((session) => epochToLocal(zone, session[edge]));
  // Half days come: the hours that most days have are the usual ones.
  const usual = mostFrequent(times) ?? (settled === 'AM' ? usualOpen : usualClose);
  return { at: instantOf(zone, expiry, usual), zone, settled, usual: true };
}

function lastDayOf({ details: { contract } }: Told): string {
  return (contract.lastTradeDate || contract.lastTradeDateOrContractMonth || '').slice(0, 8);
}

/** The time that IB names, where it is one of that day. */
function namedEnd(expiry: string, { details, marketZone }: Told, zone: string): number | undefined {
  const at = parseGatewayTime(details.lastTradeTime ?? '', { own: undefined, exchange: marketZone });
  return at !== undefined && dateInZone(zone, at).replaceAll('-', '') === expiry ? at : undefined;
}

interface TimeOfDay {
  readonly hour: number;
  readonly minute: number;
}

function mostFrequent(times: readonly TimeOfDay[]): TimeOfDay | undefined {
  const count = ({ hour, minute }: TimeOfDay): number =>
    times.filter((other) => other.hour === hour && other.minute === minute).length;
  return times.toSorted((a, b) => count(b) - count(a))[0];
}

function instantOf(zone: string, day: string, time: TimeOfDay): number {
  const [year, month, date] = [day.slice(0, 4), day.slice(4, 6), day.slice(6, 8)].map(Number) as [
    number,
    number,
    number,
  ];
  return localToEpoch(zone, { year, month, day: date, hour: time.hour, minute: time.minute });
}

/** By which prices, and in what: an index cannot be delivered. */
export function settlementOf({ settled }: OptionEnd, underlying: Pick<Instrument, 'secType'> | undefined): string {
  return `${settled}, ${underlying?.secType === 'IND' ? 'cash' : 'physical'}`;
}
