import { Decimal } from 'decimal.js';
import { expect, it } from 'vitest';
import { createSchedules } from '../market/exchanges.ts';
import { aapl } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { dayNumber } from '../market/zone.ts';
import type { Account } from './account.ts';
import { createAccountBook } from './account-book.ts';
import { aggregate } from './aggregate.ts';
import { accountInModel, partsOf } from './model-portfolio.ts';
import { valueAccount } from './valuation.ts';

const today = dayNumber('20261120');
const noon = Date.parse('2026-11-20T17:00:00Z');
const model = new PriceModel(1, createSchedules());
const bookOf = (...accounts: string[]) => createAccountBook({ accounts, model, today });

const units = ({ holdings }: Account): Record<string, string> =>
  Object.fromEntries(holdings.map(({ instrument, quantity }) => [instrument.localSymbol, quantity.toFixed()]));

it('an advisor’s first client has half of each stock in a model, in whole shares, whatever is traded', () => {
  const book = bookOf('DF1', 'DU1', 'DU2');
  book.book({
    execId: '1',
    account: 'DU1',
    instrument: aapl,
    side: 'BUY',
    quantity: new Decimal(7),
    price: 250,
    commission: new Decimal(1),
    time: noon,
  });
  const account = book.account('DU1') as Account;
  const [rest, growth, ...others] = partsOf(book, account);
  expect([rest?.modelCode, growth?.modelCode, others]).toEqual(['', 'Growth', []]);
  expect(units(growth?.account as Account)).toEqual({
    AAPL: '53',
    MSFT: '12',
    KO: '-100',
    SPY: '20',
    SHEL: '150',
    SAP: '25',
  });
  expect(units(rest?.account as Account)).toMatchObject({ AAPL: '54', MSFT: '13.5', KO: '-100' });
  expect(partsOf(book, account)).toBe(partsOf(book, account));
});

it('what is in the model and what is not are the account', () => {
  const book = bookOf('DF1', 'DU1');
  const account = book.account('DU1') as Account;
  const parts = partsOf(book, account).map((part) => part.account);
  const together = aggregate('DU1', parts);
  const sums = ({ holdings, cash }: Account) => ({
    cash: [...cash].toSorted(),
    holdings: holdings.map(({ quantity, cost, valueAtOpen }) => [quantity, cost, valueAtOpen]),
  });
  expect(sums(together)).toEqual(sums(account));
  const worth = (part: Account) => valueAccount(model, part, noon).base.netLiquidation;
  const [rest, growth] = parts as [Account, Account];
  expect(worth(rest).plus(worth(growth)).minus(worth(account)).abs().toNumber()).toBeLessThan(0.05);
});

it('nobody else has a model', () => {
  const advised = bookOf('DF1', 'DU1', 'DU2');
  const alone = bookOf('DU1');
  const models = (book: typeof alone) =>
    book.accounts.map((account) => accountInModel(book, account, 'Growth')?.id ?? 'none');
  expect(models(advised)).toEqual(['none', 'DU1', 'none']);
  expect(models(alone)).toEqual(['none']);
  const [account] = alone.accounts as [Account];
  expect(accountInModel(alone, account, '')).toBe(account);
  expect(partsOf(alone, account)).toEqual([{ modelCode: '', account }]);
});
