const MINUTE = 60_000;
/** Clocks only ever change at the full quarter. */
const QUARTER_HOUR = 15 * MINUTE;
export const DAY_MS = 86_400_000;

/** A calendar date as `yyyymmdd`: sorts and compares as text. */
export type IsoDay = string;

/** Days since 1970-01-01 of a `yyyymmdd` date. */
export function dayNumber(day: IsoDay): number {
  return Date.UTC(Number(day.slice(0, 4)), Number(day.slice(4, 6)) - 1, Number(day.slice(6, 8))) / DAY_MS;
}

/** The `yyyymmdd` date of a day number. */
export function dayOf(number: number): IsoDay {
  return new Date(number * DAY_MS).toISOString().slice(0, 10).replaceAll('-', '');
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

/** A time zone by the name the gateway uses for it, such as `US/Eastern`. */
export class Zone {
  readonly name: string;
  readonly #format: Intl.DateTimeFormat;
  /** The last answer, good for its quarter of an hour: asking for the time zone is slow, and bars ask in order. */
  #quarter = Number.NaN;
  #offset = 0;

  /** @throws {RangeError} when the name is not a time zone */
  constructor(name: string) {
    this.name = name;
    this.#format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    });
  }

  /** Milliseconds to add to an instant to get local time. */
  offset(instant: number): number {
    const quarter = Math.floor(instant / QUARTER_HOUR);
    if (quarter !== this.#quarter) {
      this.#offset = this.#compute(instant);
      this.#quarter = quarter;
    }
    return this.#offset;
  }

  #compute(instant: number): number {
    const parts: Record<string, number> = {};
    for (const { type, value } of this.#format.formatToParts(instant)) parts[type] = Number(value);
    const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts;
    return Date.UTC(year, month - 1, day, hour, minute, second) - Math.floor(instant / 1000) * 1000;
  }

  /** The instant of `minutes` after local midnight of a day. Minutes may be negative or beyond 24 hours. */
  instant(day: number, minutes: number): number {
    const local = day * DAY_MS + minutes * MINUTE;
    const guess = local - this.offset(local);
    return local - this.offset(guess);
  }

  /** The local day number of an instant. */
  day(instant: number): number {
    return Math.floor((instant + this.offset(instant)) / DAY_MS);
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
