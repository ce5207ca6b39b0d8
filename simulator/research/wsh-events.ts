import { dividendsOf } from '../market/dividends.ts';
import type { Instrument } from '../market/instruments.ts';
import { mix, unit } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import { dayMs, dayOf, weekday } from '../market/zone.ts';
import { type Company, companyOf } from './companies.ts';
import { lastReported, type Quarter, quarterOf, quartersAnnounced } from './earnings.ts';

/** Kinds of events by their tags, with the names people know them by. */
export const eventTypes: Readonly<Record<string, string>> = {
  wshe_bod: 'Board of Directors Meeting',
  wshe_bybk: 'Buyback',
  wshe_bybkmod: 'Buyback Modification',
  wshe_cc: 'Conference Call',
  wshe_div: 'WSHE Dividend',
  wshe_divsr: 'Dividend Suspend/Resume',
  wshe_ed: 'Earnings Date',
  wshe_eps: 'Earnings Report',
  wshe_fda_adv_comm: 'FDA Advisory Committee Meeting',
  wshe_fq: 'Future Quarter',
  wshe_ic: 'Investor Conference',
  wshe_idx: 'Index Change',
  wshe_interim_dates: 'Interim Dates',
  wshe_ipo: 'Initial Public Offering',
  wshe_merg_acq: 'Merger and Acquisition',
  wshe_movies: 'Movie Release',
  wshe_option: 'Option Expiration Date',
  wshe_qe: 'Quarter End',
  wshe_sec: 'Filing Due Date',
  wshe_secondary: 'Secondary Offering',
  wshe_sh: 'Shareholder Meeting',
  wshe_spinoffs: 'Spinoff',
  wshe_splits: 'Splits',
  wshe_videos: 'Video Release',
};

/** One entry of the calendar. */
export interface WshEvent {
  readonly type: string;
  /** As a day number. */
  readonly day: number;
  readonly data: Readonly<Record<string, string | number | object>>;
}

interface Range {
  /** Day numbers, both ends included. */
  readonly from: number;
  readonly to: number;
}

interface Subject {
  readonly model: PriceModel;
  readonly company: Company;
  readonly instrument: Instrument;
  readonly today: number;
}

/** Days before an earnings date on which it is confirmed. */
const confirmedDays = 30;
const filingDays = 40;
/** Quarters ahead for which a date can be inferred. */
const quartersAhead = 6;

function quarterEvents(subject: Subject, quarter: Quarter): WshEvent[] {
  const { today, instrument } = subject;
  const { announced, end, fiscalYear, fiscalQuarter, eps, estimate } = quarter;
  const reported = announced <= today;
  const period = { fiscal_year: String(fiscalYear), quarter: fiscalQuarter, quarter_end_date: dayOf(end) };
  const status = announced - today <= confirmedDays ? 'CONFIRMED' : 'UNCONFIRMED';
  const date = {
    ...period,
    earnings_date: dayOf(announced),
    time_of_day: quarter.beforeMarket ? 'BEFORE MARKET' : 'AFTER MARKET',
    wshe_earnings_date_status: status,
    filing_due_date: dayOf(end + filingDays),
  };
  const call = {
    ...period,
    fiscal_period: `Q${fiscalQuarter}`,
    event_desc: `Q${fiscalQuarter} ${fiscalYear} Earnings Call`,
  };
  const report = {
    ...period,
    currency: instrument.currency,
    amount_oc: eps,
    estimated_eps: estimate,
    change_amount: Math.round((eps - estimate) * 100) / 100,
  };
  return [
    { type: 'wshe_ed', day: announced, data: date },
    { type: 'wshe_cc', day: announced, data: { ...call, wshe_event_status: reported ? 'HELD' : 'PENDING' } },
    { type: 'wshe_qe', day: end, data: period },
    { type: 'wshe_sec', day: end + filingDays, data: { ...period, filing_due_date: dayOf(end + filingDays) } },
    ...(reported ? [{ type: 'wshe_eps', day: announced, data: report }] : []),
  ];
}

/** Every quarter that has something in the calendar within a range; those after the next one can only be inferred. */
function earningsEvents(subject: Subject, { from, to }: Range): WshEvent[] {
  const { model, company, today } = subject;
  const last = lastReported(model, company, today).index;
  const known = quartersAnnounced(model, company, from - filingDays, Math.max(to, today));
  return known
    .filter(({ index }) => index <= last + quartersAhead)
    .flatMap((quarter) => {
      if (quarter.index <= last + 1) return quarterEvents(subject, quarter);
      const { announced, end, fiscalYear, fiscalQuarter } = quarter;
      const data = {
        fiscal_year: String(fiscalYear),
        quarter: fiscalQuarter,
        earnings_date: dayOf(announced),
        wshe_earnings_date_status: 'INFERRED',
        confidence_indicator: 'LOW',
      };
      return [
        { type: 'wshe_fq', day: announced, data },
        { type: 'wshe_qe', day: end, data: { fiscal_year: String(fiscalYear), quarter: fiscalQuarter } },
      ];
    });
}

const frequencies: Readonly<Record<number, string>> = { 1: 'Annual', 2: 'Semi-Annual', 4: 'Quarterly', 12: 'Monthly' };

function dividendEvents({ instrument, today }: Subject): WshEvent[] {
  const dividends = dividendsOf(instrument);
  const perYear = dividends.filter(({ exDay }) => exDay > today && exDay <= today + 365).length;
  return dividends.map(({ exDay, payDay, amount }) => ({
    type: 'wshe_div',
    day: exDay,
    data: {
      dividend_oc: amount,
      dividend_currency: instrument.currency,
      ex_div_date: dayOf(exDay),
      pay_date: dayOf(payDay),
      frequency: frequencies[perYear] ?? 'Irregular',
    },
  }));
}

/** A meeting of the shareholders once a year, and the conferences a company goes to. */
function meetingEvents({ model, company, instrument, today }: Subject, { from, to }: Range): WshEvent[] {
  const years = [-1, 0, 1, 2].map((ahead) => new Date(from * dayMs).getUTCFullYear() + ahead);
  const schedule = model.schedule(instrument);
  const on = (year: number, key: number): number =>
    schedule.next(Math.floor(Date.UTC(year, 3, 1) / dayMs + 60 * unit(company.key, key))).day;
  const status = (day: number): string => (day <= today ? 'HELD' : 'PENDING');
  return years
    .flatMap((year): WshEvent[] => {
      const meeting = on(year, 50);
      const conference = on(year, 51) + 140 + Math.floor(20 * unit(mix(company.key, year), 52));
      return [
        {
          type: 'wshe_sh',
          day: meeting,
          data: { shm_meeting_type: 'Annual', virtual_meeting: 'Y', wshe_event_status: status(meeting) },
        },
        {
          type: 'wshe_ic',
          day: schedule.next(conference).day,
          data: { event_desc: `${company.name} at an Industry Conference`, wshe_event_status: status(conference) },
        },
      ];
    })
    .filter(({ day }) => day >= from && day <= to);
}

/** A split long ago, which the prices have been adjusted for since. */
function splitEvents({ company }: Subject): WshEvent[] {
  if (unit(company.key, 60) < 0.5) return [];
  const day = Math.floor(Date.UTC(2014, 0, 6) / dayMs + 3000 * unit(company.key, 61));
  const ratio = unit(company.key, 62) < 0.5 ? '2:1' : '4:1';
  return [{ type: 'wshe_splits', day, data: { ratio, split_type: 'FORWARD', effective_date: dayOf(day) } }];
}

const friday = 5;

function optionEvents({ instrument }: Subject, { from, to }: Range): WshEvent[] {
  if (!instrument.derivatives.includes('OPT')) return [];
  const fridays = Array.from({ length: to - from + 1 }, (_, index) => from + index).filter(
    (day) => weekday(day) === friday,
  );
  return fridays
    .filter((day) => Math.ceil(new Date(day * dayMs).getUTCDate() / 7) === 3)
    .map((day) => ({
      type: 'wshe_option',
      day,
      data: { expiration_date: dayOf(day), expiration_frequency: 'M', option_type: 'EQUITY' },
    }));
}

/** The calendar of a company within a range of days, oldest first; empty for what is not a company. */
export function wshEventsOf(model: PriceModel, instrument: Instrument, instant: number, range: Range): WshEvent[] {
  const company = companyOf(model, instrument);
  if (!company) return [];
  const today = model.schedule(instrument).zone.day(instant);
  const subject = { model, company, instrument, today };
  return [earningsEvents, dividendEvents, meetingEvents, splitEvents, optionEvents]
    .flatMap((events) => events(subject, range))
    .filter(({ day }) => day >= range.from && day <= range.to)
    .sort((a, b) => a.day - b.day || (a.type < b.type ? -1 : 1));
}

/** The day of the next earnings announcement. */
export function nextEarningsDay(model: PriceModel, company: Company, day: number): number {
  return quarterOf(model, company, lastReported(model, company, day).index + 1).announced;
}
