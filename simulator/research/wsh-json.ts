import type { Instrument } from '../market/instruments.ts';
import { hashText } from '../market/noise.ts';
import { dayOf } from '../market/zone.ts';
import { plainName } from './companies.ts';
import { eventTypes, type WshEvent } from './wsh-events.ts';

const columnNames: Readonly<Record<string, readonly (readonly [tag: string, name: string])[]>> = {
  wshe_ed: [
    ['earnings_date', 'Earnings Date'],
    ['time_of_day', 'Time of Day'],
    ['wshe_earnings_date_status', 'Earnings Date Status'],
  ],
  wshe_eps: [
    ['amount_oc', 'EPS'],
    ['estimated_eps', 'Estimated EPS'],
  ],
  wshe_div: [
    ['dividend_oc', 'Dividend'],
    ['ex_div_date', 'Ex-Dividend Date'],
    ['pay_date', 'Pay Date'],
  ],
  wshe_splits: [['ratio', 'Ratio']],
};

/** What there is in the calendar, and what it can be filtered by. */
export function wshMetaData(): string {
  return JSON.stringify({
    event_types: Object.entries(eventTypes).map(([tag, name]) => ({
      tag,
      name,
      columns: (columnNames[tag] ?? []).map(([column, label]) => ({ tag: column, name: label })),
    })),
    filters: ['country', 'watchlist', 'limit_region', 'limit', ...Object.keys(eventTypes)].map((tag) => ({ tag })),
    countries: ['All', 'US', 'CA', 'GB', 'DE', 'FR', 'CH', 'NL', 'JP', 'HK', 'CN', 'KR', 'SG', 'AU'],
  });
}

/** One event in the calendar's own form. @param filterSource why it is in the answer: `watchlist`, `portfolio` … */
export function wshEventJson(instrument: Instrument, { type, day, data }: WshEvent, filterSource: string): object {
  const key = hashText(`${instrument.process.path} ${type} ${day}`) >>> 0;
  return {
    index_date_type: 'DATE',
    event_type: type,
    data: {
      ...data,
      company: {
        contract: instrument.symbol,
        contract_description: plainName(instrument.longName),
        isin: instrument.isin ?? '',
      },
    },
    filterSource,
    conids: [String(instrument.conId)],
    index_date: dayOf(day),
    source: 'WSHE',
    event_key: String(key),
    tooltips: {},
    status: '',
  };
}
