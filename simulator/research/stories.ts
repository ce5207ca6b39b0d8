import type { Instrument } from '../market/instruments.ts';
import { mix, unit } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import { roundToTick } from '../market/rules.ts';
import { type Company, companyOf, plainName } from './companies.ts';
import { quartersAnnounced } from './earnings.ts';
import { brokers, type Facts, type StoryKind, type Template, templates } from './headline-templates.ts';
import { pick, researchKey } from './seed.ts';

/** One story about an instrument, before it has an id. */
export interface Story {
  /** Epoch milliseconds. */
  readonly time: number;
  readonly provider: string;
  readonly template: Template;
  /** Computed when asked for: not every story is told. */
  readonly facts: () => Facts;
  /** Noise of its own. */
  readonly key: number;
}

const minuteMs = 60_000;
/** How many stories about companies try to give their readers orders. */
const hostileShare = 0.02;
const symbols: Readonly<Record<string, string>> = { USD: '$', EUR: '€', GBP: '£', JPY: '¥', CNY: 'CN¥', HKD: 'HK$' };
/** Languages that news about a stock comes in, besides English, by its currency. */
const languages: Readonly<Record<string, readonly Template['language'][]>> = {
  USD: ['zh'],
  EUR: ['de', 'fr'],
  CHF: ['de', 'fr'],
  HKD: ['zh'],
  CNH: ['zh'],
  CNY: ['zh'],
  JPY: ['ja'],
};
/** How often stories come in another language than English, when there is one. */
const foreignShare = { USD: 0.08, other: 0.5 };

const formats = [0, 1, 2].map(
  (places) => new Intl.NumberFormat('en-US', { minimumFractionDigits: places, maximumFractionDigits: places }),
);

function money(instrument: Instrument, amount: number, places: 0 | 1 | 2 = 2): string {
  if (instrument.secType === 'IND' || instrument.secType === 'CASH')
    return String(roundToTick(instrument.rule, amount));
  const sign = symbols[instrument.currency] ?? `${instrument.currency} `;
  return `${sign}${formats[places]?.format(amount) ?? amount}`;
}

/** Millions as `$124.3B` or `$870M`. */
function large(instrument: Instrument, millions: number): string {
  return millions >= 1000 ? `${money(instrument, millions / 1000, 1)}B` : `${money(instrument, millions, 0)}M`;
}

/** A story that will be written. */
interface Draft {
  readonly kind: StoryKind;
  readonly time: number;
  readonly day: number;
  /** The last day whose close it may speak of. */
  readonly known: number;
}

/** What a story can say: about the price as it was on its last known day, and about the results announced on its own. */
function factsOf(
  model: PriceModel,
  instrument: Instrument,
  company: Company | undefined,
  { day, known }: Draft,
  key: number,
): Facts {
  const schedule = model.schedule(instrument);
  const today = schedule.previous(known).day;
  const close = model.closeOf(instrument, today);
  const before = model.closeOf(instrument, schedule.previous(today - 1).day);
  const change = (close / before - 1) * 100;
  const quarter = company && quartersAnnounced(model, company, day, day).at(-1);
  const pair = instrument.secType === 'CASH' ? `${instrument.symbol}/${instrument.currency}` : undefined;
  const name = company?.name ?? pair ?? plainName(instrument.longName);
  const factor = 0.85 + 0.5 * unit(key, 3);
  return {
    name,
    nativeName: company?.nativeName ?? name,
    symbol: instrument.symbol,
    sector: instrument.category || instrument.industry || 'the market',
    price: money(instrument, roundToTick(instrument.rule, close)),
    target: money(instrument, Math.round(close * factor)),
    change: `${change >= 0 ? '+' : '−'}${Math.abs(change).toFixed(2)}%`,
    move: `${Math.abs(change).toFixed(2)}%`,
    rose: change >= 0,
    broker: pick(brokers, unit(key, 4)),
    quarter: quarter ? `${quarter.fiscalQuarter}Q` : '',
    eps: quarter ? money(instrument, quarter.eps) : '',
    estimate: quarter ? money(instrument, quarter.estimate) : '',
    revenue: quarter ? large(instrument, quarter.revenue) : '',
    beat: quarter !== undefined && quarter.eps >= quarter.estimate,
  };
}

function chooseTemplate(kind: StoryKind, instrument: Instrument, key: number): Template {
  const foreign = languages[instrument.currency] ?? [];
  const share = instrument.currency === 'USD' ? foreignShare.USD : foreignShare.other;
  const wanted = foreign.length > 0 && unit(key, 5) < share ? pick(foreign, unit(key, 6)) : 'en';
  const of = (language: string): Template[] =>
    templates.filter((template) => template.kind === kind && template.language === language);
  const found = of(wanted);
  return pick(found.length > 0 ? found : of('en'), unit(key, 7));
}

/** What is written about an instrument on a day, in no order. Nothing speaks of prices that were not known at its time. */
function drafts(
  model: PriceModel,
  instrument: Instrument,
  company: Company | undefined,
  day: number,
  key: number,
): Draft[] {
  const schedule = model.schedule(instrument);
  const { zone } = schedule;
  const trading = schedule.tradingDay(day);
  const regular = trading?.segments.filter((segment) => segment.regular) ?? [];
  const found: Draft[] = [];
  const add = (kind: StoryKind, time: number, known: number): void => {
    found.push({ kind, time, day, known });
  };
  const count = Math.floor((trading ? 3 : 1.4) * unit(key, 1) + 0.4);
  for (let index = 0; index < count; index += 1) {
    const minutes = 300 + Math.floor(1080 * unit(key, 20 + index));
    const kind = unit(key, 50 + index) < hostileShare ? 'hostile' : 'story';
    add(company ? kind : 'market', zone.instant(day, minutes), day - 1);
  }
  const close = regular.at(-1)?.end;
  if (close !== undefined && unit(key, 8) < 0.25) add(company ? 'close' : 'market', close + 6 * minuteMs, day);
  if (!company) return found;
  const open = regular[0]?.start;
  if (open !== undefined && unit(key, 9) < 0.12) add('analyst', open - 100 * minuteMs, day - 1);
  if (trading && unit(key, 10) < 0.04) add('newsletter', zone.instant(day, 17 * 60 + 30), day - 1);
  const reported = quartersAnnounced(model, company, day, day).at(-1);
  if (reported && open !== undefined && close !== undefined) {
    const at = reported.beforeMarket ? open - 150 * minuteMs : close + 30 * minuteMs;
    add('earnings', at, day - 1);
    add('earnings', at + 4 * minuteMs, day - 1);
  }
  return found;
}

/** The stories of one day in the exchange's calendar, oldest first. They are the same whenever they are asked for. */
export function storiesOn(model: PriceModel, instrument: Instrument, day: number): Story[] {
  const company = companyOf(model, instrument);
  const dayKey = mix(researchKey(model, `news ${instrument.process.path}`), day);
  return drafts(model, instrument, company, day, dayKey)
    .map((draft, index): Story => {
      const key = mix(dayKey, 100 + index);
      const template = chooseTemplate(draft.kind, instrument, key);
      const seconds = Math.floor(60 * unit(key, 11));
      return {
        time: draft.time + seconds * 1000,
        provider: pick(template.providers, unit(key, 12)),
        template,
        facts: () => factsOf(model, instrument, company, draft, key),
        key,
      };
    })
    .sort((a, b) => a.time - b.time);
}
