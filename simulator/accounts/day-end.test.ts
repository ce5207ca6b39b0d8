import { Decimal } from 'decimal.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { futuresOn } from '../../test/support/simulator/futures.ts';
import { accruedInterest, bonds } from '../market/bonds.ts';
import { dividendsOf } from '../market/dividends.ts';
import { createSchedules } from '../market/exchanges.ts';
import type { Instrument } from '../market/instruments.ts';
import { aapl, listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { dayNumber } from '../market/zone.ts';
import type { Account } from './account.ts';
import { createAccountBook } from './account-book.ts';
import type { AccountBook } from './book.ts';
import { closingPrice } from './prices.ts';
import { accountTags } from './tags.ts';
import { valueAccount } from './valuation.ts';

const paper = 'DU1';
const today = dayNumber('20261120');
const noon = Date.parse('2026-11-20T17:00:00Z');
const model = new PriceModel(1, createSchedules());
const ko = listings.find(({ symbol }) => symbol === 'KO') ?? aapl;
const [bond = aapl] = bonds;

let book: AccountBook;
let trades: number;
beforeEach(() => {
  book = createAccountBook({ accounts: [paper], model, today });
  trades = 0;
});

const account = (): Account => {
  const found = book.account(paper);
  if (!found) throw new Error('the account is gone');
  return found;
};
const cash = (currency = 'USD'): Decimal => account().cash.get(currency) ?? new Decimal(0);
const accrued = (currency = 'USD'): Decimal => account().accruedInterest.get(currency) ?? new Decimal(0);

function trade(instrument: Instrument, side: 'BUY' | 'SELL', quantity: number, price: number, commission = 0): void {
  trades += 1;
  book.book({
    execId: `e${trades}`,
    account: paper,
    instrument,
    side,
    quantity: new Decimal(quantity),
    price,
    commission: new Decimal(commission),
    time: noon,
  });
}

describe('futures', () => {
  const future = futuresOn(today)[0] as Instrument;
  const close = closingPrice(model, future, today);

  it('move no cash but their commission until the evening, and then what they have gained', () => {
    const before = cash();
    trade(future, 'BUY', 2, 6800, 4.5);
    expect(cash()).toEqual(before.minus('4.5'));
    book.rollDay(today);
    const gained = close.minus(6800).mul(100);
    expect(cash()).toEqual(before.minus('4.5').plus(gained));
    const [position] = account().holdings.filter(({ instrument }) => instrument === future);
    expect(position?.averageCost.toNumber()).toBe(6800 * 50 + 2.25);
  });

  it('count as unsettled gains, not as value, and keep what was gained and closed today until the evening', () => {
    trade(future, 'BUY', 2, 6800);
    trade(future, 'SELL', 2, 6810);
    const before = cash();
    const { base } = valueAccount(model, account(), noon);
    expect(base.futuresPnl.toNumber()).toBe(1000);
    expect(base.realized.toNumber()).toBe(1000);
    book.rollDay(today);
    expect(cash()).toEqual(before.plus(1000));
    expect(valueAccount(model, account(), noon).base.futuresPnl.toNumber()).toBe(0);
  });
});

describe('contracts for difference', () => {
  const cfd = { ...aapl, secType: 'CFD', conId: 901, underlying: aapl } as Instrument;

  it('move cash when they are closed, by what was gained', () => {
    const before = cash();
    trade(cfd, 'SELL', 10, 250);
    expect(cash()).toEqual(before);
    book.rollDay(today);
    expect(cash()).toEqual(before);
    trade(cfd, 'BUY', 4, 240);
    expect(cash()).toEqual(before.plus(40));
  });
});

describe('dividends', () => {
  const dividend = dividendsOf(aapl).find(({ exDay }) => exDay > today);
  if (!dividend) throw new Error('no dividend is to come');
  const due = new Decimal(100).mul(dividend.amount).toDecimalPlaces(2);

  /** What is owed more than to an account with a hundred Apple shares less, so with none by default. */
  const owedMore = (day: number): Decimal => {
    const other = createAccountBook({ accounts: [paper], model, today });
    other.book({ ...sale, execId: 'other' });
    for (const each of [book, other]) each.rollDay(day);
    const without = other.account(paper);
    return (account().accruedDividends.get('USD') ?? new Decimal(0)).minus(without?.accruedDividends.get('USD') ?? 0);
  };
  const sale = {
    account: paper,
    instrument: aapl,
    side: 'SELL',
    quantity: new Decimal(100),
    price: 250,
    commission: new Decimal(0),
    time: noon,
  } as const;

  it('are owed to whoever holds the share when the day before the ex-date ends', () => {
    expect(owedMore(dividend.exDay - 2).toNumber()).toBe(0);
    expect(owedMore(dividend.exDay - 1)).toEqual(due);
  });

  it('are owed until they are paid, and are worth as much before', () => {
    expect(owedMore(dividend.payDay - 2)).toEqual(due);
    const { base, currencies } = valueAccount(model, account(), noon);
    const dollars = currencies.find(({ currency }) => currency === 'USD');
    expect(dollars?.accruedDividends).toEqual(account().accruedDividends.get('USD'));
    const tags = accountTags(valueAccount(model, account(), noon));
    expect(tags.find(({ tag }) => tag === 'AccruedDividend')?.value).toBe(base.accruedDividends.toFixed(2));
    expect(owedMore(dividend.payDay - 1).toNumber()).toBe(0);
  });

  it('are paid once, though days were left out', () => {
    const step = createAccountBook({ accounts: [paper], model, today });
    for (let day = today; day < dividend.payDay; day += 9) step.rollDay(day);
    step.rollDay(dividend.payDay);
    book.rollDay(dividend.payDay);
    const stepped = step.account(paper)?.accruedDividends.get('USD')?.toNumber() ?? 0;
    expect(stepped).toBe(account().accruedDividends.get('USD')?.toNumber() ?? 0);
    const worth = ({ cash: paid, accruedInterest: owed }: Account): number =>
      (paid.get('USD') ?? new Decimal(0)).plus(owed.get('USD') ?? 0).toNumber();
    // What came earlier has earned a little interest.
    expect(Math.abs(worth(step.account(paper) ?? account()) - worth(account()))).toBeLessThan(5);
  });

  it('are owed by whoever is short', () => {
    trade(aapl, 'SELL', 200, 250);
    expect(owedMore(dividend.exDay - 1)).toEqual(due.neg());
  });
});

describe('bonds', () => {
  it('cost what has accrued of the coupon besides their price, which is worth as much the moment after', () => {
    const before = valueAccount(model, account(), noon).base;
    const price = closingPrice(model, bond, today - 1).toNumber();
    trade(bond, 'BUY', 10, price);
    const after = valueAccount(model, account(), noon).base;
    expect(after.accruedInterest.greaterThan(0)).toBe(true);
    const paid = before.cash.minus(after.cash);
    expect(paid.minus(after.accruedInterest).minus(new Decimal(price).mul(100)).abs().toNumber()).toBeLessThan(0.01);
  });

  it('pay half of their coupon on its day', () => {
    let coupon = today;
    while (accruedInterest(bond, coupon) > 0) coupon += 1;
    const other = createAccountBook({ accounts: [paper], model, today });
    trade(bond, 'BUY', 10, 100);
    const more = (): Decimal => cash().minus(other.account(paper)?.cash.get('USD') ?? 0);
    for (const each of [book, other]) each.rollDay(coupon - 2);
    const before = more();
    for (const each of [book, other]) each.rollDay(coupon - 1);
    expect(more().minus(before)).toEqual(new Decimal(bond.bond?.coupon ?? 0).div(2).mul(100));
    expect(valueAccount(model, account(), noon).holdings.at(-1)?.accruedCoupon.toNumber()).toBe(0);
  });
});

describe('interest', () => {
  it('accrues daily on what is above the first ten thousand, less the fee for borrowed shares', () => {
    book.rollDay(today);
    const credit = cash().minus(10_000).mul('0.0313').div(360);
    const borrowed = closingPrice(model, ko, today).mul(200).mul('0.0025').div(360);
    expect(accrued().toNumber()).toBeCloseTo(credit.minus(borrowed).toNumber(), 6);
  });

  it('is the same over a weekend however its days end, and is owed for debts', () => {
    const other = createAccountBook({ accounts: [paper], model, today });
    for (const day of [today, today + 1, today + 2]) other.rollDay(day);
    book.rollDay(today + 2);
    expect(
      accrued()
        .minus(other.account(paper)?.accruedInterest.get('USD') ?? 0)
        .abs()
        .toNumber(),
    ).toBeLessThan(1e-6);
    trade(aapl, 'BUY', 2000, 250);
    const before = accrued();
    book.rollDay(today + 3);
    expect(accrued().lessThan(before)).toBe(true);
  });

  it('is paid in whole cents when a month has ended, and nothing is lost', () => {
    const end = dayNumber('20261130');
    book.rollDay(end - 1);
    const [before, owed] = [cash(), accrued()];
    book.rollDay(end);
    const paid = cash().minus(before);
    expect(paid.decimalPlaces()).toBeLessThanOrEqual(2);
    expect(paid.greaterThan(owed)).toBe(true);
    expect(accrued().abs().toNumber()).toBeLessThan(0.01);
  });
});

describe('daily gains', () => {
  const gains = (instant: string) =>
    valueAccount(model, account(), Date.parse(instant)).holdings.map(({ holding, daily }) => [
      holding.instrument.localSymbol,
      daily.toNumber(),
    ]);

  it('count from the last price of the day that ended: nothing is gained on a Saturday, whatever Friday brought', () => {
    expect(gains('2026-11-20T23:30:00Z').filter(([, daily]) => daily !== 0)).not.toEqual([]);
    book.rollDay(today);
    const stocks = gains('2026-11-21T17:00:00Z');
    expect(stocks).toEqual(stocks.map(([name]) => [name, 0]));
    expect(gains('2026-11-23T17:00:00Z').filter(([, daily]) => daily !== 0)).not.toEqual([]);
  });
});

describe('day trades', () => {
  it('are counted over five days', () => {
    for (const price of [250, 251]) {
      trade(aapl, 'BUY', 1, price);
      trade(aapl, 'SELL', 1, price);
    }
    trade(ko, 'BUY', 100, 70);
    expect(account().dayTrades).toBe(2);
    book.rollDay(today);
    trade(aapl, 'SELL', 1, 250);
    expect(account().dayTrades).toBe(2);
    book.rollDay(today + 5);
    expect(account().dayTrades).toBe(2);
    book.rollDay(today + 6);
    expect(account().dayTrades).toBe(0);
  });

  it('are limited to three in accounts with less than twenty-five thousand dollars', () => {
    const left = (): string | undefined =>
      accountTags(valueAccount(model, account(), noon)).find(({ tag }) => tag === 'DayTradesRemaining')?.value;
    expect(left()).toBe('-1');
    trade(ko, 'BUY', 200, 1000);
    expect(left()).toBe('3');
    for (const expected of ['2', '1', '0', '0']) {
      trade(aapl, 'BUY', 1, 250);
      trade(aapl, 'SELL', 1, 250);
      expect(left()).toBe(expected);
    }
  });
});
