import {
  contractMonthOf,
  expiriesOn,
  type OptionClass,
  optionByConId,
  optionClasses,
  optionOf,
  optionTermsIn,
  strikesOf,
} from './derivatives.ts';
import {
  continuousFutureOf,
  type FutureClass,
  futureByConId,
  futureClasses,
  futureClassOf,
  futuresOf,
} from './futures.ts';
import { isIsin } from './identifiers.ts';
import type { Instrument } from './instruments.ts';
import { listings, listingsByConId } from './listings.ts';
import type { PriceModel } from './prices.ts';
import { RecentlyUsed } from './recently-used.ts';
import { dayOf } from './zone.ts';

/** What a client said about a contract; empty fields match anything. */
export interface ContractQuery {
  readonly conId: number;
  readonly symbol: string;
  readonly secType: string;
  /** yyyymm or yyyymmdd. */
  readonly expiry: string;
  readonly strike: number;
  readonly right: string;
  readonly multiplier: string;
  readonly exchange: string;
  readonly primaryExchange: string;
  readonly currency: string;
  readonly localSymbol: string;
  readonly tradingClass: string;
  readonly includeExpired: boolean;
  readonly secIdType: string;
  readonly secId: string;
  /** Bonds only: every bond of the issuer. */
  readonly issuerId?: string;
}

/** A query that says nothing: everything fits. */
export const anyContract: ContractQuery = {
  conId: 0,
  symbol: '',
  secType: '',
  expiry: '',
  strike: 0,
  right: '',
  multiplier: '',
  exchange: '',
  primaryExchange: '',
  currency: '',
  localSymbol: '',
  tradingClass: '',
  includeExpired: false,
  secIdType: '',
  secId: '',
};

/** A contract query the gateway refuses to look up. */
export class InvalidContractError extends Error {
  override readonly name = 'InvalidContractError';
}

const invalidSecType = 'Please enter a valid security type';
const secTypes = new Set(
  'STK CASH IND FUT CONTFUT FUT+CONTFUT OPT FOP BOND BILL FIXED CFD CMDTY CRYPTO FUND WAR IOPT NEWS'.split(' '),
);
const mostSamples = 16;
const rememberedOptions = 4096;

const same = (wanted: string, actual: string): boolean =>
  wanted === '' || wanted.toUpperCase() === actual.toUpperCase();
const rightOf = (text: string): string => (text === '?' || text === '0' ? '' : text.slice(0, 1).toUpperCase());

/** Names that exchanges had before, and that the gateway still takes. */
const formerNames: Readonly<Record<string, string>> = {
  ISLAND: 'NASDAQ',
  GLOBEX: 'CME',
  ECBOT: 'CBOT',
  DTB: 'EUREX',
};
const venue = (name: string): string => formerNames[name] ?? name;

/** Text without case and accents, for searching. */
const fold = (text: string): string => text.normalize('NFKD').replace(/\p{M}/gu, '').toUpperCase();

interface Searchable {
  readonly instrument: Instrument;
  readonly symbol: string;
  readonly names: readonly string[];
}

/** What a search by name looks through: no pairs, no contracts on something else, and one bond of each issuer. */
const searchables: readonly Searchable[] = listings
  .filter(({ secType }) => secType !== 'CASH' && secType !== 'CFD')
  .filter(
    ({ bond }, index, all) =>
      bond === undefined || all.findIndex((other) => other.bond?.issuerId === bond.issuerId) === index,
  )
  .map((instrument) => ({
    instrument,
    symbol: fold(instrument.symbol),
    names: [instrument.longName, ...(instrument.aliases ?? [])].map(fold),
  }));

/** Listings by what identifies a security: several of them when it is listed in several places. */
const byIdentifier = new Map<string, Instrument[]>();
for (const instrument of listings) {
  const { isin, cusip, figi } = instrument;
  for (const [type, id] of Object.entries({ ISIN: isin, CUSIP: cusip, FIGI: figi })) {
    if (id !== undefined) byIdentifier.set(`${type} ${id}`, [...(byIdentifier.get(`${type} ${id}`) ?? []), instrument]);
  }
}

/** Everything that can be traded on a given day. */
export class Catalogue {
  readonly #model: PriceModel;
  /** By contract id and day. */
  readonly #options = new RecentlyUsed<Instrument | undefined>(rememberedOptions);

  constructor(model: PriceModel) {
    this.#model = model;
  }

  byConId(conId: number, day: number): Instrument | undefined {
    return (
      listingsByConId.get(conId) ??
      futureByConId(conId, day) ??
      this.#options.get(`${conId} ${day}`, () => optionByConId(conId, day, this.#model))
    );
  }

  /**
   * Instruments that fit a query.
   * @throws {InvalidContractError} when the query names no usable security type, or nothing to look for
   */
  find(query: ContractQuery, day: number): Instrument[] {
    return this.#candidates(query, day).filter((instrument) => matches(query, instrument));
  }

  #candidates(query: ContractQuery, day: number): readonly Instrument[] {
    const secType = query.secType.toUpperCase();
    if (secType === 'BAG')
      throw new InvalidContractError(`'BAG' isn't supported for contract data request. ${invalidSecType}`);
    if (secType !== '' && !secTypes.has(secType)) throw new InvalidContractError(invalidSecType);
    if (query.conId > 0) return this.#byConIdAs(secType, query, day);
    const ofType = (instrument: Instrument): boolean => secType === '' || instrument.secType === secType;
    if (query.secId !== '') return identified(query.secIdType, query.secId).filter(ofType);
    if (query.issuerId) return listings.filter(({ bond }) => bond?.issuerId === query.issuerId);
    if (secType === '') throw new InvalidContractError(invalidSecType);
    if ([query.symbol, query.localSymbol, query.tradingClass].every((text) => text.trim() === ''))
      throw new InvalidContractError('Please enter a symbol or a local symbol');
    switch (secType) {
      case 'FUT':
      case 'CONTFUT':
      case 'FUT+CONTFUT':
        return this.#futures(secType, query, day);
      case 'OPT':
      case 'FOP':
        return this.#optionsFor(query, day);
      default:
        return isIdentifier(query.symbol)
          ? identified(undefined, query.symbol).filter(ofType)
          : listings.filter(ofType);
    }
  }

  #byConIdAs(secType: string, { conId, includeExpired }: ContractQuery, day: number): readonly Instrument[] {
    const found = this.byConId(conId, day);
    if (!found || (hasExpired(found, day) && !includeExpired)) return [];
    const futureClass = found.secType === 'FUT' && secType === 'CONTFUT' ? futureClassOf(conId) : undefined;
    return [futureClass ? continuousFutureOf(futureClass, day) : found];
  }

  #futures(secType: string, query: ContractQuery, day: number): Instrument[] {
    const fits = ({ symbol, tradingClass }: FutureClass): boolean =>
      same(query.symbol, symbol) && same(query.tradingClass, tradingClass);
    return futureClasses
      .filter(fits)
      .flatMap((futureClass) => [
        ...(secType === 'CONTFUT' ? [] : futuresOf(futureClass, day, secType === 'FUT' && query.includeExpired)),
        ...(secType === 'FUT' ? [] : [continuousFutureOf(futureClass, day)]),
      ]);
  }

  #optionsFor(query: ContractQuery, day: number): Instrument[] {
    const localSymbol = query.localSymbol.trim().toUpperCase();
    const terms = optionTermsIn(localSymbol);
    if (localSymbol !== '' && !terms) return [];
    const wanted = { ...query, right: rightOf(query.right), ...terms };
    const rights = (['C', 'P'] as const).filter((right) => wanted.right === '' || wanted.right === right);
    const fits = ({ tradingClass, underlying, futures }: OptionClass): boolean =>
      (futures !== undefined) === (query.secType.toUpperCase() === 'FOP') &&
      same(wanted.tradingClass, tradingClass) &&
      same(query.symbol, futures?.symbol ?? underlying.symbol);
    return optionClasses.filter(fits).flatMap((optionClass) =>
      expiriesOn(optionClass, day, this.#model)
        .filter((expiry) => {
          const day = dayOf(expiry);
          return (wanted.expiry.length === 6 ? contractMonthOf(optionClass, day) : day).startsWith(wanted.expiry);
        })
        .flatMap((expiry) =>
          strikesOf(optionClass, expiry, this.#model)
            .filter((strike) => wanted.strike === 0 || strike === wanted.strike)
            .flatMap((strike) => rights.map((right) => optionOf(optionClass, expiry, strike, right))),
        ),
    );
  }

  /** Listings whose symbol begins with the pattern, then those with the pattern in their name; sixteen at most. */
  search(pattern: string): Instrument[] {
    const wanted = fold(pattern.trim());
    if (wanted === '') return [];
    const rank = ({ symbol, names }: Searchable): number => {
      if (symbol === wanted) return 0;
      if (symbol.startsWith(wanted)) return 1;
      return names.some((name) => name.includes(wanted)) ? 2 : 3;
    };
    return searchables
      .map((searchable) => ({ instrument: searchable.instrument, rank: rank(searchable) }))
      .filter((entry) => entry.rank < 3)
      .sort((a, b) => a.rank - b.rank)
      .slice(0, mostSamples)
      .map(({ instrument }) => instrument);
  }
}

const hasExpired = ({ secType, expiry }: Instrument, day: number): boolean =>
  secType === 'FUT' && expiry !== undefined && expiry < dayOf(day);

const isCusip = (text: string): boolean => /^[0-9A-Z]{8}\d$/.test(text);
/** Whether a symbol is an identifier instead: the gateway takes either, of bonds above all. */
const isIdentifier = (symbol: string): boolean => isIsin(symbol.toUpperCase()) || isCusip(symbol.toUpperCase());

function identified(type: string | undefined, id: string): readonly Instrument[] {
  const wanted = id.trim().toUpperCase();
  const types = type === undefined ? ['ISIN', 'CUSIP'] : [type.toUpperCase()];
  return types.flatMap((name) => byIdentifier.get(`${name} ${wanted}`) ?? []);
}

/** A month means the contract's month, which for some futures is not that of their expiry. */
function expiryFits(wanted: string, { expiry, contractMonth }: Instrument): boolean {
  if (expiry === undefined || wanted === '') return true;
  return wanted.length === 6 && contractMonth !== undefined ? contractMonth === wanted : expiry.startsWith(wanted);
}

function matches(query: ContractQuery, instrument: Instrument): boolean {
  const exchange = venue(query.exchange.toUpperCase());
  const primary = venue(query.primaryExchange.toUpperCase());
  const symbolFits = same(query.symbol, instrument.symbol) || isIdentifier(query.symbol);
  return (
    (query.conId > 0 || symbolFits) &&
    same(query.currency, instrument.currency) &&
    same(query.localSymbol.trim(), instrument.localSymbol) &&
    same(query.tradingClass, instrument.tradingClass) &&
    (exchange === '' || exchange === 'BEST' || instrument.validExchanges.includes(exchange)) &&
    (primary === '' || instrument.secType !== 'STK' || primary === instrument.primaryExchange || primary === 'SMART') &&
    expiryFits(query.expiry, instrument) &&
    (query.strike === 0 || instrument.strike === undefined || instrument.strike === query.strike) &&
    (instrument.right === undefined || rightOf(query.right) === '' || rightOf(query.right) === instrument.right) &&
    (query.multiplier === '' ||
      instrument.multiplier === undefined ||
      instrument.secType === 'BOND' ||
      Number(query.multiplier) === instrument.multiplier)
  );
}
