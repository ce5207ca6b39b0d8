import { type Instrument, inCurrency } from '../market/instruments.ts';
import { listings } from '../market/listings.ts';
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
  /** The price on the anchor date by the book value per share. */
  readonly priceToBook: number;
  /** The part of the book value that cannot be touched: 0.3 is 30 %. */
  readonly intangible: number;
  /** Cash and receivables by current liabilities. */
  readonly quickRatio: number;
  /** Whole months by which its quarters end after the calendar's: 0, 1 or 2. */
  readonly quarterShift: number;
  /** The calendar quarter in which its fiscal year ends, 0 to 3. */
  readonly yearEndQuarter: number;
}

/** Shares outstanding in millions, where a guess from the turnover would be far off. */
const sharesOutstanding: Readonly<Record<string, number>> = {
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
  AMD: 1_625,
  META: 2_520,
  SHEL: 5_820,
  SAP: 1_167,
  F: 3_985,
  T: 7_090,
  700: 9_120,
};

const noCompany = new Set(['', 'ETF', 'ETN', 'ETC', 'ETP', 'CEF', 'FUND', 'UNIT', 'RIGHT']);
const suffixes = new Set(
  'INC CORP CO COS COMPANY COMPANIES PLC SE AG SA NV LTD LIMITED KK HOLDING HOLDINGS HLDGS HLDS GROUP & THE DE'.split(
    ' ',
  ),
);
const native = /[\p{Script_Extensions=Han}\p{Script_Extensions=Katakana}\p{Script=Hangul}]+/u;
/** Words that names do not capitalize, and short ones that are no abbreviations. */
const littleWords = new Map(['of', 'and', 'for', 'the', 'Intl'].map((word) => [word.toUpperCase(), word]));

/** Stocks of companies, as opposed to funds. */
export const isCompany = ({ secType, stockType }: Instrument): boolean =>
  secType === 'STK' && !noCompany.has(stockType);

function capitalized(word: string): string {
  const little = littleWords.get(word);
  if (little !== undefined) return little;
  const isAbbreviation = word.length <= 3 || (word.length === 4 && !/[AEIOUY]/.test(word.slice(1)));
  if (isAbbreviation || word.includes('&')) return word;
  return word.replace(/\p{L}+/gu, (part) => part.slice(0, 1) + part.slice(1).toLowerCase());
}

/** `COCA-COLA CO/THE` becomes `Coca-Cola`, `ALPHABET INC-CL A` becomes `Alphabet`. */
export function plainName(longName: string): string {
  const words = longName
    .split('/')[0]
    ?.replace(/ ?- ?(CL|CLASS|ADR|SP|SPON|SPONSORED|REG|NY|UNSP|PREF|A|B|US)\b.*$/, '')
    .replace(native, '')
    .trim()
    .split(/\s+/) ?? [longName];
  while (words.length > 1 && suffixes.has((words.at(-1) ?? '').replace(/[.,]/g, ''))) words.pop();
  return words.map(capitalized).join(' ');
}

/** What an instrument is about. Listings of one company are about the same. */
export const subjectOf = (instrument: Instrument): string =>
  `${isCompany(instrument) ? 'company' : instrument.secType} ${instrument.process.path}`;

/** The first listing about each subject there is. */
export const firstListings: ReadonlyMap<string, Instrument> = new Map(
  [...listings].reverse().map((instrument) => [subjectOf(instrument), instrument]),
);

/** The price on the anchor date in US dollars, at the rate of that date; in its own currency when there is none. */
function dollarBase(instrument: Instrument): number {
  const { process, currency } = instrument;
  const rates = listings.filter(({ secType }) => secType === 'CASH');
  const direct = rates.find((pair) => pair.symbol === currency && pair.currency === 'USD');
  const inverse = rates.find((pair) => pair.symbol === 'USD' && pair.currency === currency);
  return inCurrency(instrument, process.base) * (direct?.process.base ?? (inverse ? 1 / inverse.process.base : 1));
}

/** Shares of a listing's kind, in millions: as many as make the company worth the same wherever it is listed. */
function sharesOf(instrument: Instrument, key: number): number {
  const first = firstListings.get(subjectOf(instrument)) ?? instrument;
  const guess = Math.round((first.process.volume * (120 + 300 * unit(key, 1))) / 1e6);
  const shares = sharesOutstanding[first.process.path] ?? Math.max(1, guess);
  if (first.conId === instrument.conId) return shares;
  return Number(((shares * dollarBase(first)) / dollarBase(instrument)).toPrecision(4));
}

const companies = new WeakMap<PriceModel, Map<number, Company>>();

/** The company behind a stock; undefined for everything else. */
export function companyOf(model: PriceModel, instrument: Instrument): Company | undefined {
  if (!isCompany(instrument)) return undefined;
  const known = companies.get(model) ?? new Map<number, Company>();
  companies.set(model, known);
  const company = known.get(instrument.conId) ?? describe(model, instrument);
  known.set(instrument.conId, company);
  return company;
}

function describe(model: PriceModel, instrument: Instrument): Company {
  const id = instrument.process.path;
  const key = researchKey(model, `company ${id}`);
  const at = (index: number): number => unit(key, index);
  const between = (index: number, low: number, high: number): number => low + (high - low) * at(index);
  const base = inCurrency(instrument, instrument.process.base);
  return {
    instrument,
    id,
    name: plainName(instrument.longName),
    nativeName: native.exec(instrument.longName)?.[0],
    key,
    shares: sharesOf(instrument, key),
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
