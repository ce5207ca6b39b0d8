import { type HolidayCalendar, type Holidays, holidaysOf, type OddDay } from './holidays.ts';
import { RecentlyUsed } from './recently-used.ts';
import { dayMs, dayOf, weekday, type Zone } from './zone.ts';

const minute = 60_000;
const noon = 720;

/** Open hours of one kind of trading day, in minutes after local midnight; negative means the evening before. */
export interface Hours {
  readonly start: number;
  readonly end: number;
  /** Regular trading hours, as opposed to pre-market, after-hours and overnight. */
  readonly regular: boolean;
}

export interface ScheduleRules {
  readonly calendar: HolidayCalendar;
  readonly hours: readonly Hours[];
  /** Hours on early-close days. */
  readonly earlyHours: readonly Hours[];
  /** Hours on days of other kinds; on those that are missing they are as always. */
  readonly oddHours?: Readonly<Partial<Record<OddDay, readonly Hours[]>>>;
  /** Trades on Saturdays and Sundays as well; only in a zone without clock changes. */
  readonly weekends?: boolean;
}

/** A stretch of trading with instants in epoch milliseconds, the end exclusive. */
export interface Segment {
  readonly start: number;
  readonly end: number;
  readonly regular: boolean;
}

/** One trading day. Overnight sessions belong to the day on which they end. */
export interface TradingDay {
  readonly day: number;
  /** Milliseconds from UTC to exchange time, constant over the session's open hours. */
  readonly offset: number;
  readonly segments: readonly Segment[];
}

/** How far to look for the next or previous trading day before giving up; longer than any market's holidays. */
const longestClosureDays = 20;
const cachedDays = 4096;
const cachedHours = 16;

/** When an exchange trades: pure arithmetic on its rules, with a bounded memory of computed days. */
export class Schedule {
  readonly zone: Zone;
  readonly #rules: ScheduleRules;
  readonly #holidays = new Map<number, Holidays>();
  readonly #days = new Map<number, TradingDay | undefined>();
  readonly #hours = new RecentlyUsed<string>(cachedHours);

  constructor(zone: Zone, rules: ScheduleRules) {
    this.zone = zone;
    this.#rules = rules;
  }

  #holidaysOf(day: number): Holidays {
    const year = Number(dayOf(day).slice(0, 4));
    let holidays = this.#holidays.get(year);
    if (!holidays) {
      holidays = holidaysOf(this.#rules.calendar, year);
      this.#holidays.set(year, holidays);
    }
    return holidays;
  }

  /** The trading day of a local date, or undefined when the exchange is closed on it. */
  tradingDay(day: number): TradingDay | undefined {
    if (this.#days.has(day)) return this.#days.get(day);
    if (this.#days.size >= cachedDays) this.#days.clear();
    const computed = this.#compute(day);
    this.#days.set(day, computed);
    return computed;
  }

  #compute(day: number): TradingDay | undefined {
    const name = weekday(day);
    if ((name === 0 || name === 6) && !this.#rules.weekends) return undefined;
    const { closed, early, odd } = this.#holidaysOf(day);
    if (closed.has(day)) return undefined;
    const oddHours = this.#rules.oddHours?.[odd?.get(day) ?? 'holiday'];
    const always = odd?.has(day) && oddHours ? oddHours : this.#rules.hours;
    const hours = early.has(day) ? this.#rules.earlyHours : always;
    // Clocks change at weekends, when every market is closed: the offset at noon holds for the whole session.
    const offset = this.zone.offset(this.zone.instant(day, noon));
    const at = (minutes: number): number => day * dayMs + minutes * minute - offset;
    const segments = hours.map(({ start, end, regular }) => ({ start: at(start), end: at(end), regular }));
    return { day, offset, segments };
  }

  /** The first trading day on or after a date. */
  next(day: number): TradingDay {
    for (let candidate = day; candidate < day + longestClosureDays; candidate += 1) {
      const found = this.tradingDay(candidate);
      if (found) return found;
    }
    throw new RangeError(`no trading day within ${longestClosureDays} days after ${dayOf(day)}`);
  }

  /** The last trading day on or before a date. */
  previous(day: number): TradingDay {
    for (let candidate = day; candidate > day - longestClosureDays; candidate -= 1) {
      const found = this.tradingDay(candidate);
      if (found) return found;
    }
    throw new RangeError(`no trading day within ${longestClosureDays} days before ${dayOf(day)}`);
  }

  /** The trading day an instant falls into or follows: the latest one that had begun. */
  latest(instant: number): TradingDay {
    const local = this.zone.day(instant);
    const found = this.previous(local + 1);
    return (found.segments[0]?.start ?? 0) <= instant ? found : this.#begunBefore(found.day - 1, instant);
  }

  #begunBefore(day: number, instant: number): TradingDay {
    const found = this.previous(day);
    return (found.segments[0]?.start ?? 0) <= instant ? found : this.#begunBefore(found.day - 1, instant);
  }

  /** The open segment at an instant, if the market is open. */
  openSegment(instant: number): Segment | undefined {
    return this.latest(instant).segments.find(({ start, end }) => instant >= start && instant < end);
  }

  /**
   * Sessions of the coming days in the gateway's form: `20261123:0930-20261123:1600;20261124:CLOSED;…`.
   * @param regularOnly liquid hours instead of all trading hours
   */
  hoursText(from: number, days: number, regularOnly: boolean): string {
    return this.#hours.get(`${from} ${days} ${regularOnly}`, () => this.#hoursText(from, days, regularOnly));
  }

  #hoursText(from: number, days: number, regularOnly: boolean): string {
    const parts: string[] = [];
    for (let day = from; day < from + days; day += 1) {
      const segments = this.tradingDay(day)?.segments.filter(({ regular }) => regular || !regularOnly) ?? [];
      if (segments.length === 0) parts.push(`${dayOf(day)}:CLOSED`);
      for (const { start, end } of mergeAdjacent(segments)) parts.push(`${this.#hhmm(start)}-${this.#hhmm(end)}`);
    }
    return parts.join(';');
  }

  #hhmm(instant: number): string {
    const [day, time = ''] = this.zone.local(instant).split(' ');
    return `${day}:${time.slice(0, 2)}${time.slice(3, 5)}`;
  }
}

/** Joins segments that touch, so that pre-market, regular and after-hours trading read as one session. */
export function mergeAdjacent(segments: readonly Segment[]): Segment[] {
  const merged: Segment[] = [];
  for (const segment of segments) {
    const last = merged.at(-1);
    if (last && last.end === segment.start) merged[merged.length - 1] = { ...last, end: segment.end };
    else merged.push(segment);
  }
  return merged;
}
