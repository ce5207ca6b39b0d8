import {
  continuousFutureOn,
  expiriesOn,
  futuresOn,
  listingsByConId,
  optionByConId,
  optionClasses,
  optionOf,
  strikesOf,
} from './derivatives.ts';
import type { Instrument } from './instruments.ts';
import { listings } from './listings.ts';
import type { PriceModel } from './prices.ts';
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
}

/** A contract query the gateway refuses to look up. */
export class InvalidContractError extends Error {
  override readonly name = 'InvalidContractError';
}

const SEC_TYPES = new Set([
  'STK',
  'CASH',
  'IND',
  'FUT',
  'CONTFUT',
  'OPT',
  'FOP',
  'BAG',
  'BOND',
  'CFD',
  'CMDTY',
  'CRYPTO',
  'FUND',
  'WAR',
  'IOPT',
  'NEWS',
  'FUT+CONTFUT',
]);
const MOST_SAMPLES = 16;

const same = (wanted: string, actual: string): boolean =>
  wanted === '' || wanted.toUpperCase() === actual.toUpperCase();
const rightOf = (text: string): string => (text === '?' || text === '0' ? '' : text.slice(0, 1).toUpperCase());
const venue = (name: string): string => (name === 'ISLAND' ? 'NASDAQ' : name);

/** Everything that can be traded on a given day. */
export class Catalogue {
  readonly #model: PriceModel;

  constructor(model: PriceModel) {
    this.#model = model;
  }

  byConId(conId: number, day: number): Instrument | undefined {
    return (
      listingsByConId.get(conId) ??
      futuresOn(day, this.#model, true).find((future) => future.conId === conId) ??
      optionByConId(conId, day, this.#model)
    );
  }

  /** Instruments that fit a query. @throws {InvalidContractError} when the query names no usable security type */
  find(query: ContractQuery, day: number): Instrument[] {
    return this.#candidates(query, day).filter((instrument) => matches(query, instrument));
  }

  #candidates(query: ContractQuery, day: number): readonly Instrument[] {
    const secType = query.secType.toUpperCase();
    if (secType !== '' && !SEC_TYPES.has(secType)) throw new InvalidContractError('Please enter a valid security type');
    if (query.conId > 0) {
      const found = this.byConId(query.conId, day);
      if (found?.secType === 'FUT' && secType === 'CONTFUT') return [continuousFutureOn(day, this.#model)];
      return found ? [found] : [];
    }
    if (query.secId !== '') return listings.filter(({ isin }) => query.secIdType === 'ISIN' && isin === query.secId);
    switch (secType) {
      case '':
        throw new InvalidContractError('Please enter a valid security type');
      case 'FUT':
        return futuresOn(day, this.#model, query.includeExpired);
      case 'CONTFUT':
        return [continuousFutureOn(day, this.#model)];
      case 'FUT+CONTFUT':
        return [...futuresOn(day, this.#model), continuousFutureOn(day, this.#model)];
      case 'OPT':
        return this.#options(query, day);
      default:
        return listings.filter((instrument) => instrument.secType === secType);
    }
  }

  #options(query: ContractQuery, day: number): Instrument[] {
    const wanted = rightOf(query.right);
    const rights = (['C', 'P'] as const).filter((right) => wanted === '' || wanted === right);
    const symbol = query.symbol === '' ? query.localSymbol.slice(0, 6).trim() : query.symbol;
    return optionClasses
      .filter(({ tradingClass, underlying }) => same(symbol, underlying.symbol) || same(symbol, tradingClass))
      .flatMap((optionClass) =>
        expiriesOn(optionClass, day, this.#model)
          .filter((expiry) => dayOf(expiry).startsWith(query.expiry))
          .flatMap((expiry) =>
            strikesOf(optionClass, expiry, this.#model)
              .filter((strike) => query.strike === 0 || strike === query.strike)
              .flatMap((strike) => rights.map((right) => optionOf(optionClass, expiry, strike, right))),
          ),
      );
  }

  /** Listings whose symbol begins with the pattern, then those with the pattern in their name. */
  search(pattern: string): Instrument[] {
    const wanted = pattern.trim().toUpperCase();
    if (wanted === '') return [];
    const searchable = listings.filter(({ secType }) => secType !== 'CASH');
    const rank = (instrument: Instrument): number => {
      if (instrument.symbol === wanted) return 0;
      if (instrument.symbol.startsWith(wanted)) return 1;
      const names = [instrument.longName, ...(instrument.aliases ?? [])];
      return names.some((name) => name.toUpperCase().includes(wanted)) ? 2 : 3;
    };
    return searchable
      .map((instrument) => ({ instrument, rank: rank(instrument) }))
      .filter((entry) => entry.rank < 3)
      .sort((a, b) => a.rank - b.rank)
      .slice(0, MOST_SAMPLES)
      .map(({ instrument }) => instrument);
  }
}

function matches(query: ContractQuery, instrument: Instrument): boolean {
  const exchange = venue(query.exchange.toUpperCase());
  const primary = venue(query.primaryExchange.toUpperCase());
  const symbolFits =
    same(query.symbol, instrument.symbol) ||
    (instrument.secType === 'OPT' && same(query.symbol, instrument.tradingClass));
  return (
    (query.conId > 0 || symbolFits) &&
    same(query.currency, instrument.currency) &&
    same(query.localSymbol.trim(), instrument.localSymbol) &&
    same(query.tradingClass, instrument.tradingClass) &&
    (exchange === '' || exchange === 'BEST' || instrument.validExchanges.includes(exchange)) &&
    (primary === '' || instrument.secType !== 'STK' || primary === instrument.primaryExchange || primary === 'SMART') &&
    (instrument.expiry === undefined || instrument.expiry.startsWith(query.expiry)) &&
    (query.strike === 0 || instrument.strike === undefined || instrument.strike === query.strike) &&
    (instrument.right === undefined || rightOf(query.right) === '' || rightOf(query.right) === instrument.right) &&
    (query.multiplier === '' ||
      instrument.multiplier === undefined ||
      Number(query.multiplier) === instrument.multiplier)
  );
}
