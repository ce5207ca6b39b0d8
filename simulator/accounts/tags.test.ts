import { Decimal } from 'decimal.js';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { anyContract, Catalogue } from '../market/catalogue.ts';
import { createSchedules } from '../market/exchanges.ts';
import { futureClasses, futuresOf } from '../market/futures.ts';
import type { Instrument } from '../market/instruments.ts';
import { aapl, listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { markAt } from '../market/quotes.ts';
import { dayNumber } from '../market/zone.ts';
import { createAccountBook } from './account-book.ts';
import type { AccountBook } from './book.ts';
import { valueAt } from './kinds.ts';
import { exchangeRate } from './rates.ts';
import { accountTags, ledgerTags } from './tags.ts';
import { valueAccount } from './valuation.ts';
import type { Valuation } from './valued.ts';

const paper = 'DU1';
const today = dayNumber('20261120');
const noon = Date.parse('2026-11-20T17:00:00Z');
const model = new PriceModel(1, createSchedules());
const catalogue = new Catalogue(model);

/** One of everything that can be traded: derivatives as far as they differ. */
function everythingTradable(): Instrument[] {
  const find = (secType: string, more: { symbol?: string; right?: string } = {}): Instrument[] =>
    catalogue.find({ ...anyContract, secType, ...more }, today);
  const options = find('OPT', { symbol: 'AAPL', right: 'C' }).slice(0, 40);
  const futureOptions = find('FOP', { symbol: 'ES' }).slice(0, 40);
  const tradable = listings.filter(({ secType }) => secType !== 'IND');
  return [
    ...tradable,
    ...futureClasses.flatMap((futureClass) => futuresOf(futureClass, today).slice(0, 2)),
    ...options,
    ...futureOptions,
  ];
}
const tradable = everythingTradable();

function trade(book: AccountBook, instrument: Instrument, quantity: number, price: number): void {
  book.book({
    execId: `${instrument.conId} ${quantity}`,
    account: paper,
    instrument,
    side: quantity < 0 ? 'SELL' : 'BUY',
    quantity: new Decimal(Math.abs(quantity)),
    price,
    commission: new Decimal(0),
    time: noon,
  });
}

const newBook = (): AccountBook => createAccountBook({ accounts: [paper], model, today });
function valuationOf(book: AccountBook): Valuation {
  const account = book.account(paper);
  if (!account) throw new Error('the account is gone');
  return valueAccount(model, account, noon);
}

/** Amounts by name and currency. */
function amounts(valuation: Valuation): Map<string, Decimal> {
  const ledgers = [valuation.base, ...valuation.currencies];
  const rows = [
    ...accountTags(valuation),
    ...ledgers.flatMap((ledger) => ledgerTags(ledger, paper).map((row) => ({ ...row, tag: `$${row.tag}` }))),
  ];
  return new Map(
    rows
      .filter(({ value }) => /^-?\d+(\.\d+)?$/.test(value))
      .map(({ tag, value, currency }) => [`${tag} ${currency}`.trim(), new Decimal(value)]),
  );
}

const tagParts = [
  'TotalCashBalance',
  'StockMarketValue',
  'OptionMarketValue',
  'FutureOptionValue',
  'CorporateBondValue',
  'TBondValue',
  'TBillValue',
  'FundValue',
  'Cryptocurrency',
  'WarrantValue',
  'IssuerOptionValue',
  'AccruedCash',
  'NetDividend',
];

const somePositions = fc.uniqueArray(
  fc.record({ instrument: fc.constantFrom(...tradable), quantity: fc.integer({ min: -50, max: 50 }) }),
  { maxLength: 8, selector: ({ instrument }) => instrument.conId },
);

describe('the tags', () => {
  it('add up, in every currency, over the segments and over the whole, whatever is held', () => {
    fc.assert(
      fc.property(somePositions, (positions) => {
        const book = newBook();
        for (const { instrument, quantity } of positions) {
          if (quantity !== 0) trade(book, instrument, quantity, markAt(model, instrument, noon));
        }
        const valuation = valuationOf(book);
        const values = amounts(valuation);
        const value = (name: string): Decimal => values.get(name) ?? new Decimal(Number.NaN);
        for (const currency of ['BASE', ...valuation.currencies.map((ledger) => ledger.currency)]) {
          const parts = tagParts.map((part) => value(`$${part} ${currency}`));
          expect(Decimal.sum(...parts)).toEqual(value(`$NetLiquidationByCurrency ${currency}`));
          expect(value(`$CashBalance ${currency}`).plus(value(`$FuturesPNL ${currency}`))).toEqual(
            value(`$TotalCashBalance ${currency}`),
          );
        }
        expect(value('NetLiquidation USD')).toEqual(value('$NetLiquidationByCurrency BASE'));
        for (const name of ['NetLiquidation', 'TotalCashValue', 'AvailableFunds', 'ExcessLiquidity', 'InitMarginReq']) {
          expect(value(`${name}-C USD`).plus(value(`${name}-S USD`))).toEqual(value(`${name} USD`));
        }
        for (const segment of ['', '-C', '-S']) {
          const [equity, initial, maintenance] = ['EquityWithLoanValue', 'InitMarginReq', 'MaintMarginReq'].map(
            (name) => value(`${name}${segment} USD`),
          );
          expect(equity?.minus(initial ?? 0)).toEqual(value(`AvailableFunds${segment} USD`));
          expect(equity?.minus(maintenance ?? 0)).toEqual(value(`ExcessLiquidity${segment} USD`));
        }
      }),
      { numRuns: 30 },
    );
  });

  it('show a purchase at the market in its place, and the account worth what it was', () => {
    const places: Readonly<Record<string, string>> = {
      STK: '$StockMarketValue',
      OPT: '$OptionMarketValue',
      FOP: '$FutureOptionValue',
      FUND: '$FundValue',
      CRYPTO: '$Cryptocurrency',
      CMDTY: '$StockMarketValue',
    };
    for (const instrument of tradable) {
      const place = instrument.secType === 'BOND' ? bondPlace(instrument) : places[instrument.secType];
      const book = newBook();
      const before = amounts(valuationOf(book));
      const price = markAt(model, instrument, noon);
      trade(book, instrument, 3, price);
      const after = amounts(valuationOf(book));
      const grown = (name: string): Decimal => (after.get(name) ?? new Decimal(0)).minus(before.get(name) ?? 0);
      const rate = exchangeRate(model, instrument.currency, 'USD', noon);
      const bought = valueAt(instrument, new Decimal(3), price).mul(rate);
      const name = `${instrument.localSymbol} ${instrument.secType}`;
      // Each part of the account is rounded to the cent, in two currencies.
      if (place) expect([name, grown(`${place} BASE`).minus(bought).abs().lessThan(0.03)]).toEqual([name, true]);
      expect([name, grown('NetLiquidation USD').abs().lessThan(0.05)]).toEqual([name, true]);
    }
  });
});

const bondPlace = ({ bond }: Instrument): string =>
  bond?.bondType === 'US GOVT' ? '$TBondValue' : '$CorporateBondValue';

describe('exchange rates', () => {
  it('exist for everything that is listed', () => {
    for (const currency of new Set(listings.map((listing) => listing.currency))) {
      expect(exchangeRate(model, currency, 'USD', noon).greaterThan(0)).toBe(true);
      expect(exchangeRate(model, currency, aapl.currency, noon).isFinite()).toBe(true);
    }
  });
});
