import { exchangeSchedules } from './exchanges.ts';
import { nth } from './holiday-rules.ts';
import type { Instrument } from './instruments.ts';
import { roundTo } from './rules.ts';
import { dayOf } from './zone.ts';

/** A cash dividend per share, in the share's currency. Days are day numbers. */
export interface Dividend {
  /** Who holds the share before this day gets it. */
  readonly exDay: number;
  readonly payDay: number;
  readonly amount: number;
}

/** By contract id: amount of one payment in 2026, payments a year, and the month of the year's first. */
const payers: Readonly<Record<number, readonly [amount: number, perYear: number, firstMonth: number]>> = {
  265598: [0.26, 4, 2],
  272093: [0.91, 4, 2],
  4815747: [0.01, 4, 3],
  208813719: [0.21, 4, 3],
  208813720: [0.21, 4, 3],
  107113386: [0.525, 4, 3],
  8314: [1.68, 4, 2],
  8894: [0.53, 4, 3],
  1520593: [1.5, 4, 1],
  756733: [1.95, 4, 3],
  320227571: [0.75, 4, 3],
  549428716: [0.745, 4, 2],
  178026267: [0.275, 4, 2],
  5437: [2.76, 1, 5],
  14204: [2.5, 1, 5],
  9599491: [0.15, 4, 2],
  37018770: [0.2775, 4, 1],
  152791428: [4.9, 1, 5],
  13824: [0.2475, 4, 3],
  8719: [1.3, 4, 2],
  13977: [1.03, 4, 2],
  10098: [0.28, 4, 3],
  6459: [0.75, 2, 1],
  49462172: [0.67, 4, 2],
  4901: [0.69, 4, 1],
  168812158: [0.65, 4, 2],
  9579970: [0.62, 4, 3],
  15547841: [0.32, 12, 1],
  4458964: [1.19, 4, 1],
  4458965: [1.64, 4, 1],
  29612251: [0.0195, 2, 6],
  29612193: [0.075, 4, 3],
  29612107: [1.2, 2, 2],
  14121: [5.35, 1, 2],
  14094: [4.2, 1, 5],
  14245: [22, 1, 4],
  26455461: [4.1, 1, 5],
  29612250: [6.5, 2, 4],
  29612230: [7.2, 1, 4],
  29612240: [0.85, 4, 1],
  117589399: [1.6, 4, 2],
  117902840: [1.85, 4, 2],
  12178234: [3.1, 1, 4],
  12178260: [3.7, 1, 3],
  13905541: [50, 2, 3],
  13905777: [12.5, 2, 3],
  3079550: [0.78, 4, 3],
  6120640: [361, 4, 3],
  6120641: [0.6, 4, 2],
  4036812: [0.95, 2, 3],
  4036818: [2.4, 2, 2],
  44652000: [5.5, 1, 8],
  44652001: [22, 2, 5],
};

const firstYear = 2015;
const lastYear = 2031;
const referenceYear = 2026;
const growth = 1.05;
const daysToPayment = 16;
const tuesday = 2;

/** Smallest amounts that are paid out: tenths of a cent, whole yen and won. */
const precisionOf = (currency: string): number => (currency === 'JPY' || currency === 'KRW' ? 1 : 0.0005);

const known = new Map<number, readonly Dividend[]>();

/**
 * Every cash dividend of a share from 2015 on, oldest first; none for what pays none. The market pays no attention: prices
 * do not fall on the ex-date.
 */
export function dividendsOf(instrument: Instrument): readonly Dividend[] {
  if (instrument.secType !== 'STK') return [];
  const remembered = known.get(instrument.conId);
  if (remembered) return remembered;
  const computed = computeDividends(instrument);
  known.set(instrument.conId, computed);
  return computed;
}

function computeDividends({ conId, currency, schedule }: Instrument): Dividend[] {
  const policy = payers[conId];
  if (!policy) return [];
  const [amount, perYear, firstMonth] = policy;
  const calendar = exchangeSchedules[schedule];
  const dividends: Dividend[] = [];
  for (let year = firstYear; year <= lastYear; year += 1) {
    for (let payment = 0; payment < perYear; payment += 1) {
      const month = firstMonth + payment * (12 / perYear);
      const exDay = calendar.next(nth(year, month, tuesday, 2)).day;
      const grown = roundTo(amount * growth ** (year - referenceYear), precisionOf(currency));
      if (grown > 0) dividends.push({ exDay, payDay: calendar.next(exDay + daysToPayment).day, amount: grown });
    }
  }
  return dividends;
}

const sumOf = (dividends: readonly Dividend[]): number => dividends.reduce((sum, { amount }) => sum + amount, 0);
const perYearOf = ({ conId }: Instrument): number => payers[conId]?.[1] ?? 0;

/** What a share has paid in the year up to a day: as many payments as it makes in one, whatever their dates. */
export function dividendsPaid(instrument: Instrument, day: number): number {
  const paid = dividendsOf(instrument).filter(({ exDay }) => exDay <= day);
  return sumOf(paid.slice(Math.max(0, paid.length - perYearOf(instrument))));
}

/**
 * Dividends as a quote shows them on a day: `sum of the past year,sum of the next,next ex-date,next amount`,
 * or undefined for what pays none.
 */
export function dividendSummary(instrument: Instrument, day: number): string | undefined {
  const coming = dividendsOf(instrument).filter(({ exDay }) => exDay > day);
  const [next] = coming;
  if (!next) return undefined;
  const past = dividendsPaid(instrument, day).toFixed(2);
  const year = sumOf(coming.slice(0, perYearOf(instrument))).toFixed(2);
  return `${past},${year},${dayOf(next.exDay)},${roundTo(next.amount, 0.01).toFixed(2)}`;
}
