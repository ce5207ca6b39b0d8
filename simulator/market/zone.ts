import { RecentlyUsed } from './recently-used.ts';

const minuteMs = 60_000;
/** Clocks only ever change at the full quarter. */
const quarterHour = 15 * minuteMs;
export const dayMs = 86_400_000;
const weekMs = 7 * dayMs;
const rememberedWeeks = 1024;

/** A calendar date as `yyyymmdd`: sorts and compares as text. */
export type IsoDay = string;

/** Days since 1970-01-01 of a `yyyymmdd` date. */
export function dayNumber(day: IsoDay): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8))) / dayMs;
}

/** The `yyyymmdd` date of a day number. */
export function dayOf(number: number): IsoDay {
  return new Date(number * dayMs).toISOString().slice(0, 10).replaceAll('-', '');
}

/** 0 is Sunday. */
export function weekday(number: number): number {
  return (((number + 4) % 7) + 7) % 7;
}

/** `yyyymmdd hh:mm:ss` of an instant that has already been shifted to local time. */
function stamp(shifted: number): string {
  const iso = new Date(shifted).toISOString();
  return `${iso.slice(0, 10).replaceAll('-', '')} ${iso.slice(11, 19)}`;
}

/** A week, in which clocks change once at most. */
interface Week {
  readonly before: number;
  readonly after: number;
  /** From this instant on it is `after`. */
  readonly change: number;
}

function formatFor(timeZone: string): Intl.DateTimeFormat {
  return new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
}

/** A time zone by the name the gateway uses for it, such as `US/Eastern`. */
export class Zone {
  readonly name: string;
  /** Made when it is first needed: making one is slow. */
  #format: Intl.DateTimeFormat | undefined;
  /** Asking the system for the time zone is slow. */
  readonly #weeks = new RecentlyUsed<Week, number>(rememberedWeeks);
  #weekNumber = Number.NaN;
  #week: Week = { before: 0, after: 0, change: 0 };

  constructor(name: string) {
    this.name = name;
  }

  /** Milliseconds to add to an instant to get local time. @throws {RangeError} when there is no such time zone, as all below */
  offset(instant: number): number {
    const number = Math.floor(instant / weekMs);
    if (number !== this.#weekNumber) {
      this.#week = this.#weeks.get(number, () => this.#weekAt(number * weekMs));
      this.#weekNumber = number;
    }
    const { before, after, change } = this.#week;
    return instant < change ? before : after;
  }

  #weekAt(start: number): Week {
    let [first, last] = [start, start + weekMs];
    const [before, after] = [this.#compute(first), this.#compute(last)];
    while (before !== after && last - first > quarterHour) {
      const middle = first + Math.floor((last - first) / (2 * quarterHour)) * quarterHour;
      if (this.#compute(middle) === before) first = middle;
      else last = middle;
    }
    return { before, after, change: last };
  }

  #compute(instant: number): number {
    const parts: Record<string, number> = {};
    this.#format ??= formatFor(this.name);
    for (const { type, value } of this.#format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
  }

  /** The instant of `minutes` after local midnight of a day. Minutes may be negative or beyond 24 hours. */
  instant(day: number, minutes: number): number {
    const local = day * dayMs + minutes * minuteMs;
    const guess = local - this.offset(local);
    return local - this.offset(guess);
  }

  /** The local day number of an instant. */
  day(instant: number): number {
    return Math.floor((instant + this.offset(instant)) / dayMs);
  }

  /** `yyyymmdd hh:mm:ss` in local time. */
  local(instant: number): string {
    return stamp(instant + this.offset(instant));
  }

  /** `yyyymmdd hh:mm:ss US/Eastern`, as bars and executions carry it. */
  stamp(instant: number): string {
    return `${this.local(instant)} ${this.name}`;
  }
}
