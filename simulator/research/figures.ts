import { type Dividend, dividendsOf } from '../market/dividends.ts';
import { type Instrument, inCurrency } from '../market/instruments.ts';
import { mix, unit } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import { quoteAt } from '../market/quotes.ts';
import { type Company, companyOf } from './companies.ts';
import { lastReported, type Quarter, quarterOf } from './earnings.ts';

/** Everything a report about a company is made of, as of an instant. Amounts are in millions of the listing's currency. */
export interface Figures {
  readonly instrument: Instrument;
  readonly company: Company;
  readonly today: number;
  readonly price: number;
  /** Quarters that have been announced, newest first. */
  readonly quarters: readonly Quarter[];
  /** Quarters that analysts have estimates for, soonest first. */
  readonly ahead: readonly Quarter[];
  /** Fiscal years that are complete, newest first, each with its four quarters. */
  readonly years: readonly FiscalYear[];
  readonly dividends: readonly Dividend[];
  readonly trailingEps: number;
  readonly trailingRevenue: number;
  readonly bookValue: number;
}

export interface FiscalYear {
  readonly year: number;
  readonly end: number;
  readonly eps: number;
  readonly revenue: number;
  readonly netIncome: number;
}

/** Lines of an income statement, a balance sheet and a cash flow statement, in millions, by their codes. */
export interface Statements {
  readonly INC: Readonly<Record<string, number>>;
  readonly BAL: Readonly<Record<string, number>>;
  readonly CAS: Readonly<Record<string, number>>;
}

const quartersBack = 24;
const quartersAhead = 6;
const daysOfDividends = 3 * 365;

const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const cents = (value: number): number => Math.round(value * 100) / 100;

function yearsOf(quarters: readonly Quarter[]): FiscalYear[] {
  const found = new Map<number, Quarter[]>();
  for (const quarter of quarters) found.set(quarter.fiscalYear, [...(found.get(quarter.fiscalYear) ?? []), quarter]);
  return [...found]
    .filter(([, members]) => members.length === 4)
    .map(([year, members]) => ({
      year,
      end: Math.max(...members.map(({ end }) => end)),
      eps: cents(sum(members.map(({ eps }) => eps))),
      revenue: sum(members.map(({ revenue }) => revenue)),
      netIncome: sum(members.map(({ netIncome }) => netIncome)),
    }));
}

/** The figures of the company behind a stock; undefined for what is not a company. */
export function figuresOf(model: PriceModel, instrument: Instrument, instant: number): Figures | undefined {
  const company = companyOf(model, instrument);
  if (!company) return undefined;
  const today = model.schedule(instrument).zone.day(instant);
  const last = lastReported(model, company, today).index;
  const range = (from: number, count: number, step: 1 | -1): Quarter[] =>
    Array.from({ length: count }, (_, index) => quarterOf(model, company, from + index * step));
  const quarters = range(last, quartersBack, -1);
  return {
    instrument,
    company,
    today,
    price: inCurrency(instrument, quoteAt(model, instrument, instant).last),
    quarters,
    ahead: range(last + 1, quartersAhead, 1),
    years: yearsOf(quarters),
    dividends: dividendsOf(instrument)
      .filter(({ exDay }) => exDay > today - daysOfDividends && exDay <= today)
      .reverse(),
    trailingEps: cents(sum(quarters.slice(0, 4).map(({ eps }) => eps))),
    trailingRevenue: sum(quarters.slice(0, 4).map(({ revenue }) => revenue)),
    bookValue: inCurrency(instrument, instrument.process.base) / company.priceToBook,
  };
}

/** The statements of a period. What goes into them adds up: assets to liabilities and equity, revenue to net income. */
export function statementsOf(
  { company, bookValue }: Figures,
  period: Pick<Quarter, 'revenue' | 'netIncome' | 'end'>,
): Statements {
  const { revenue, netIncome, end } = period;
  const key = mix(company.key, end);
  const grossProfit = Math.round(revenue * Math.min(0.9, company.margin * 1.3 + 0.2 + 0.02 * unit(key, 1)));
  const pretax = Math.round(netIncome / 0.82);
  const equity = Math.round(bookValue * company.shares);
  const liabilities = Math.round(equity * (0.6 + unit(company.key, 70)));
  const current = Math.round(liabilities * 0.4);
  const cashAndReceivables = Math.round(current * company.quickRatio);
  const assets = equity + liabilities;
  const operations = Math.round(netIncome * 1.2);
  const investing = -Math.round(operations * 0.35);
  const financing = -Math.round(operations * 0.5);
  return {
    INC: {
      SREV: revenue,
      SCOR: revenue - grossProfit,
      SGRP: grossProfit,
      SOPI: Math.round(pretax * 1.02),
      EIBT: pretax,
      TTAX: pretax - netIncome,
      NINC: netIncome,
    },
    BAL: {
      SCSI: cashAndReceivables,
      ATOT: assets,
      LTCL: current,
      LTLL: liabilities,
      QTLE: equity,
      QTCO: company.shares,
    },
    CAS: { OTLO: operations, ITLI: investing, FTLF: financing, SNCC: operations + investing + financing },
  };
}
