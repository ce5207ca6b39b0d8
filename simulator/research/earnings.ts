import { mix, signed, unit } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import { dayMs, dayNumber } from '../market/zone.ts';
import type { Company } from './companies.ts';

/** One fiscal quarter of a company. Amounts per share are in the listing's currency, others in millions of it. */
export interface Quarter {
  /** Counts quarters since 1970. */
  readonly index: number;
  readonly fiscalYear: number;
  readonly fiscalQuarter: number;
  /** Its last day, as a day number. */
  readonly end: number;
  /** The day on which its results are announced. */
  readonly announced: number;
  readonly beforeMarket: boolean;
  readonly eps: number;
  /** What analysts expected. */
  readonly estimate: number;
  readonly revenue: number;
  readonly netIncome: number;
}

const anchorDay = dayNumber('20260102');
const daysPerYear = 365.25;
const quartersPerYear = 4;
const cents = (value: number): number => Math.round(value * 100) / 100;

/** The last day of a month; months count from January 1970. */
const monthEnd = (month: number): number => Date.UTC(1970, month + 1, 0) / dayMs;

/** How much more or less than a quarter of the year's earnings the seasons bring. */
function season(company: Company, index: number): number {
  return 1 + 0.15 * signed(mix(company.key, 0x5ea), index % quartersPerYear);
}

/** What a quarter brought or is going to bring. */
export function quarterOf(model: PriceModel, company: Company, index: number): Quarter {
  const { key, annualEps, growth, margin, shares, quarterShift, yearEndQuarter, instrument } = company;
  const end = monthEnd(index * 3 + 2 + quarterShift);
  const grown = (1 + growth) ** ((end - anchorDay) / daysPerYear);
  const exact = (annualEps / quartersPerYear) * grown * season(company, index);
  const eps = cents(exact * (1 + 0.06 * signed(mix(key, 0xe95), index)));
  const wait = 18 + Math.floor(22 * unit(mix(key, 0xa11), index % quartersPerYear));
  const afterYearEnd = (((index - yearEndQuarter - 1) % quartersPerYear) + quartersPerYear) % quartersPerYear;
  const netIncome = Math.round(eps * shares);
  return {
    index,
    fiscalYear: 1970 + Math.floor((index + quartersPerYear - 1 - yearEndQuarter) / quartersPerYear),
    fiscalQuarter: afterYearEnd + 1,
    end,
    announced: model.schedule(instrument).next(end + wait).day,
    beforeMarket: unit(mix(key, 0xb40), 0) < 0.4,
    eps,
    estimate: cents(exact * (1 + 0.05 * signed(mix(key, 0xe57), index))),
    revenue: Math.round(netIncome / margin),
    netIncome,
  };
}

/** The last quarter that had been announced by a day, that day included. */
export function lastReported(model: PriceModel, company: Company, day: number): Quarter {
  const current = Math.floor(((day / daysPerYear) * 12) / 3) + 1;
  for (let index = current; ; index -= 1) {
    const quarter = quarterOf(model, company, index);
    if (quarter.announced <= day) return quarter;
  }
}

/** Quarters announced within a range of days, both ends included, oldest first. */
export function quartersAnnounced(model: PriceModel, company: Company, from: number, to: number): Quarter[] {
  const found: Quarter[] = [];
  for (let index = lastReported(model, company, from - 1).index + 1; ; index += 1) {
    const quarter = quarterOf(model, company, index);
    if (quarter.announced > to) return found;
    found.push(quarter);
  }
}

/** The four quarters up to the last one announced, newest first. */
export function trailingYear(model: PriceModel, company: Company, day: number): Quarter[] {
  const last = lastReported(model, company, day);
  return [0, 1, 2, 3].map((back) => (back === 0 ? last : quarterOf(model, company, last.index - back)));
}
