import { Decimal } from 'decimal.js';
import { describe, expect, it } from 'vitest';
import { createSchedules } from '../market/exchanges.ts';
import { aapl } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { dayNumber } from '../market/zone.ts';
import { createAccountBook } from './account-book.ts';
import { aggregate } from './aggregate.ts';
import { valueAccount } from './valuation.ts';

const today = dayNumber('20261120');
const noon = Date.parse('2026-11-20T17:00:00Z');
const model = new PriceModel(1, createSchedules());

describe('accounts together', () => {
  const book = createAccountBook({ accounts: ['DF1', 'DU1', 'DU2', 'DU3'], model, today });
  const clients = () => book.accounts.slice(1);
  const sum = (parts: readonly Decimal[]): Decimal => Decimal.sum(0, ...parts);

  it('hold and are worth, gain and realize what they do one by one', () => {
    const trade = { instrument: aapl, price: 250, commission: new Decimal(1), time: noon };
    book.book({ ...trade, execId: '1', account: 'DU1', side: 'SELL', quantity: new Decimal(100) });
    book.book({ ...trade, execId: '2', account: 'DU2', side: 'BUY', quantity: new Decimal(7) });
    const together = aggregate('DF1A', clients());
    const whole = valueAccount(model, together, noon);
    const parts = clients().map((account) => valueAccount(model, account, noon));
    const off = (total: Decimal, own: readonly Decimal[]): number => total.minus(sum(own)).abs().toNumber();
    // Each account is rounded to the cent by itself.
    expect(
      off(
        whole.base.netLiquidation,
        parts.map(({ base }) => base.netLiquidation),
      ),
    ).toBeLessThan(0.1);
    expect(
      off(
        whole.daily,
        parts.map(({ daily }) => daily),
      ),
    ).toBeLessThan(0.2);
    expect(
      off(
        whole.base.realized,
        parts.map(({ base }) => base.realized),
      ),
    ).toBeLessThan(0.05);
    expect(
      off(
        whole.base.unrealized,
        parts.map(({ base }) => base.unrealized),
      ),
    ).toBeLessThan(0.1);
    for (const { instrument, quantity, cost } of together.holdings) {
      const own = clients()
        .flatMap(({ holdings }) => holdings)
        .filter((holding) => holding.instrument.conId === instrument.conId);
      expect(quantity).toEqual(sum(own.map((holding) => holding.quantity)));
      expect(cost).toEqual(sum(own.map((holding) => holding.cost)));
    }
    expect(together.closed).toEqual([]);
  });

  it('are some', () => {
    expect(() => aggregate('DF1A', [])).toThrow(RangeError);
  });
});

describe('an advisor', () => {
  it('keeps the groups with the books', () => {
    const book = createAccountBook({ accounts: ['F1', 'U1', 'U2'], model, today });
    const group = '<Group><name>G</name><ListOfAccts><String>U2</String></ListOfAccts>';
    book.advisor?.replaceGroups(`<ListOfGroups>${group}<defaultMethod>Equal</defaultMethod></Group></ListOfGroups>`);
    const restored = createAccountBook({ accounts: ['DU1'], model, today });
    expect(restored.advisor).toBeUndefined();
    restored.restore(JSON.parse(JSON.stringify(book.save())));
    expect(restored.advisor?.group('G')).toEqual({
      name: 'G',
      method: 'Equal',
      accounts: [{ account: 'U2', amount: '' }],
    });
    expect(restored.accounts.map(({ id }) => id)).toEqual(['F1', 'U1', 'U2']);
  });
});
