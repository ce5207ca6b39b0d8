import { parseExpiry } from '../../../shared/contracts/index.ts';
import type { Instrument } from '../../gateway/contracts/instrument.ts';
import type { OptionClass } from '../../gateway/options/options.ts';
import { isoDate } from './options.ts';

/** The options of one class that expire on one day. */
export interface OptionSeries {
  readonly optionClass: OptionClass;
  /** `YYYYMMDD`. */
  readonly expiry: string;
}

export function allSeries(classes: readonly OptionClass[]): OptionSeries[] {
  return classes.flatMap((optionClass) => optionClass.expiries.map((expiry) => ({ optionClass, expiry })));
}

/** The series that a date or a month means; none when the text is neither. */
export function seriesExpiring(classes: readonly OptionClass[], text: string): OptionSeries[] {
  const wanted = parseExpiry(text.toUpperCase());
  return wanted === undefined ? [] : allSeries(classes).filter(({ expiry }) => expiry.startsWith(wanted));
}

/** The class with most strikes first, of one class the later expiry. */
export function byStrikes(a: OptionSeries, b: OptionSeries): number {
  return b.optionClass.strikes.length - a.optionClass.strikes.length || (a.expiry < b.expiry ? 1 : -1);
}

/**
 * The one of an underlying's series that a date or month means best: in the class that is called like the underlying,
 * else the one with most strikes. A month means its standard expiry, on the third Friday or nearest to it, as when that
 * is a holiday. The note says so where there are others.
 */
export function standardSeries(
  series: readonly OptionSeries[],
  { details }: Pick<Instrument, 'details'>,
): { readonly series: OptionSeries; readonly note?: string } | undefined {
  const { symbol } = details.contract;
  const foreign = ({ optionClass }: OptionSeries): number => (optionClass.tradingClass === symbol ? 0 : 1);
  const [best] = series.toSorted(
    (a, b) =>
      foreign(a) - foreign(b) ||
      b.optionClass.strikes.length - a.optionClass.strikes.length ||
      fromThirdFriday(a.expiry) - fromThirdFriday(b.expiry) ||
      (a.expiry < b.expiry ? -1 : 1),
  );
  if (!best) return undefined;
  const note = othersNote(best, series);
  return { series: best, ...(note === undefined ? {} : { note }) };
}

function othersNote(
  { optionClass: { tradingClass }, expiry }: OptionSeries,
  series: readonly OptionSeries[],
): string | undefined {
  const day = isoDate(expiry);
  const days = new Set(series.map((each) => each.expiry)).size;
  if (days > 1) {
    return `${day.slice(0, 7)} has ${days} expiries; this is its standard one, of the class ${tradingClass} nearest to the third Friday.`;
  }
  const classes = [...new Set(series.map(({ optionClass }) => optionClass.tradingClass))].sort();
  if (classes.length < 2) return undefined;
  return `On ${day} the classes ${classes.slice(0, -1).join(', ')} and ${classes.at(-1)} expire; this is ${tradingClass}.`;
}

/** Days between an expiry (`YYYYMMDD`) and the third Friday of its month. */
function fromThirdFriday(expiry: string): number {
  const [year, month, day] = [expiry.slice(0, 4), expiry.slice(4, 6), expiry.slice(6)].map(Number) as [
    number,
    number,
    number,
  ];
  const weekdayOfFirst = new Date(Date.UTC(year, month - 1, 1)).getUTCDay();
  const friday = 5;
  return Math.abs(day - (15 + ((friday - weekdayOfFirst + 7) % 7)));
}
