import type { Instrument } from '../market/instruments.ts';
import { hashText, unit } from '../market/noise.ts';
import type { PriceModel } from '../market/prices.ts';
import { researchKey } from './seed.ts';

/** What research knows about the company behind a stock. Every listing of the company has the same, but for the currency. */
export interface Company {
  readonly instrument: Instrument;
  /** Names the company among all, whatever its listings are called. */
  readonly id: string;
  /** As people write it: `Apple`, `Coca-Cola`. */
  readonly name: string;
  /** In its own script, when that is not Latin. */
  readonly nativeName: string | undefined;
  /** Noise of its own. */
  readonly key: number;
  /** Shares outstanding, in millions. */
  readonly shares: number;
  /** Earnings per share and year on the anchor date, in the listing's currency. */
  readonly annualEps: number;
  /** Growth of the earnings per year: 0.1 is 10 %. */
  readonly growth: number;
  /** Net income per revenue. */
  readonly margin: number;
  /** Share of the earnings left in the company per book value, and the like: see the reports. */
  readonly priceToBook: number;
  readonly intangible: number;
  readonly quickRatio: number;
  /** Whole months by which its quarters end after the calendar's: 0, 1 or 2. */
  readonly quarterShift: number;
  /** The calendar quarter in which its fiscal year ends, 0 to 3. */
  readonly yearEndQuarter: number;
}

/** Shares outstanding in millions, where a guess from the turnover would be far off. */
const SHARES: Readonly<Record<string, number>> = {
  AAPL: 14_780,
  MSFT: 7_433,
  NVDA: 24_300,
  GOOGL: 12_090,
  AMZN: 10_690,
  TSLA: 3_326,
  IBM: 934,
  KO: 4_302,
  JPM: 2_722,
  'BRK B': 2_157,
  SHEL: 5_820,
  SAP: 1_167,
  F: 3_985,
  T: 7_090,
  700: 9_120,
};

const NO_COMPANY = new Set(['', 'ETF', 'ETN', 'ETC', 'ETP', 'CEF', 'FUND', 'UNIT', 'RIGHT']);
const SUFFIXES = new Set(
  'INC CORP CO COS COMPANY COMPANIES PLC SE AG SA NV LTD LIMITED KK HOLDINGS HLDGS GROUP & THE DE'.split(' '),
);
const NATIVE = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]+/u;

/** Stocks of companies, as opposed to funds. */
export const isCompany = ({ secType, stockType }: Instrument): boolean =>
  secType === 'STK' && !NO_COMPANY.has(stockType);

function capitalized(word: string): string {
  if (word.includes('&') || (word.length <= 4 && !/[AEIOUY]/.test(word.slice(1)))) return word;
  return word.length <= 3 ? word : word.replace(/\p{L}+/gu, (part) => part.slice(0, 1) + part.slice(1).toLowerCase());
}

/** `COCA-COLA CO/THE` becomes `Coca-Cola`, `ALPHABET INC-CL A` becomes `Alphabet`. */
export function plainName(longName: string): string {
  const words = longName
    .split('/')[0]
    ?.replace(/-(CL|CLASS|ADR|SPONSORED|SPON|REG|UNSP|PREF).*$/, '')
    .replace(NATIVE, '')
    .trim()
    .split(/\s+/) ?? [longName];
  while (words.length > 1 && SUFFIXES.has((words.at(-1) ?? '').replace(/[.,]/g, ''))) words.pop();
  return words.map(capitalized).join(' ');
}

/** The company behind a stock; undefined for everything else. */
export function companyOf(model: PriceModel, instrument: Instrument): Company | undefined {
  if (!isCompany(instrument)) return undefined;
  const id = instrument.process.path;
  const key = researchKey(model, `company ${id}`);
  const at = (index: number): number => unit(key, index);
  const between = (index: number, low: number, high: number): number => low + (high - low) * at(index);
  const { base, volume } = instrument.process;
  return {
    instrument,
    id,
    name: plainName(instrument.longName),
    nativeName: NATIVE.exec(instrument.longName)?.[0],
    key,
    shares: SHARES[id] ?? Math.max(1, Math.round((volume * between(1, 120, 420)) / 1e6)),
    annualEps: base / between(2, 11, 38),
    growth: between(3, -0.04, 0.22),
    margin: between(4, 0.05, 0.32),
    priceToBook: between(5, 1.2, 14),
    intangible: between(6, 0.02, 0.45),
    quickRatio: between(7, 0.6, 3.2),
    // What quarters a company reports for does not change with the market: it does not depend on the seed.
    quarterShift: Math.max(0, Math.floor(4 * unit(hashText(id), 8)) - 1),
    yearEndQuarter: unit(hashText(id), 9) < 0.7 ? 3 : Math.floor(4 * unit(hashText(id), 10)),
  };
}
