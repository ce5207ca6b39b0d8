import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { findOptionContract } from '../../../shared/tools/find_option_contract.ts';
import { getOptionChain } from '../../../shared/tools/get_option_chain.ts';
import { failure, TestRelay } from '../../../test/support/relay.ts';
import { aroundTheMoney } from './options.ts';

let relay: TestRelay;
/** A monthly expiry, with strikes far to both sides. */
const expiry = '2026-12-18';

beforeEach(async () => {
  relay = await TestRelay.start();
});

afterEach(() => relay.stop());

describe('get_option_chain', () => {
  it('without an expiry tells the expiries by trading class', async () => {
    const { underlying, classes } = await relay.read(getOptionChain, { contract: 'AAPL' });
    expect(underlying).toMatchObject({ contract: 'AAPL', conId: 265598 });
    expect(underlying.price).toBeGreaterThan(0);
    expect(classes[0].expiries).toEqual(classes[0].expiries.toSorted());
    expect(classes[0].expiries[0]).toMatch(/^\d{4}-\d\d-\d\d$/);
    expect(relay.received('reqMktData')).toHaveLength(1);
  });

  it('shows only options that exist, around the money, without asking for quotes', async () => {
    const { columns, rows, total, underlying } = await relay.read(getOptionChain, {
      contract: 'AAPL',
      expiry,
      strikes: 3,
    });
    expect(columns).toEqual(['contract', 'conId', 'right', 'strike']);
    expect(total).toBe(12);
    const strikes = rows.map(([, , , strike]) => Number(strike));
    expect(strikes.filter((strike) => strike <= underlying.price)).toHaveLength(6);
    expect(new Set(rows.map(([contract]) => contract)).size).toBe(12);
    for (const row of rows) expect(row[0]).toBe(`AAPL ${expiry.replaceAll('-', '')} ${row[2]} ${row[3]}`);
  });

  it('adds quotes and Greeks with progress, within the size that a window may have', async () => {
    const progress = vi.fn();
    const chain = await relay.read(
      getOptionChain,
      { contract: 'AAPL', expiry, quotes: true, strikes: 10 },
      { progress },
    );
    expect(chain.rows).toHaveLength(40);
    expect(JSON.stringify(chain).length).toBeLessThanOrEqual(6_000);
    const at = (row: readonly (string | number)[], column: string) => row[chain.columns.indexOf(column)];
    for (const row of chain.rows) {
      const delta = Number(at(row, 'delta'));
      expect(at(row, 'right') === 'C' ? delta : -delta).toBeGreaterThan(0);
      expect(at(row, 'iv')).toBeGreaterThan(0);
    }
    expect(progress).toHaveBeenLastCalledWith(40, 40, expect.stringContaining('40 of 40'));
    await vi.waitFor(() =>
      expect(relay.sim.activeSubscriptions().filter(({ kind }) => kind === 'marketData')).toEqual([]),
    );
  });

  it('filters by right, strikes and delta', async () => {
    const bounded = await relay.read(getOptionChain, {
      contract: 'AAPL',
      expiry,
      right: 'P',
      min_strike: 330,
      max_strike: 350,
    });
    for (const [, , right, strike] of bounded.rows) {
      expect(right).toBe('P');
      expect(Number(strike)).toBeGreaterThanOrEqual(330);
      expect(Number(strike)).toBeLessThanOrEqual(350);
    }
    const slight = await relay.read(getOptionChain, {
      contract: 'AAPL',
      expiry,
      right: 'C',
      strikes: 30,
      min_delta: 0.2,
      max_delta: 0.4,
    });
    const delta = slight.columns.indexOf('delta');
    expect(slight.rows.length).toBeGreaterThan(0);
    for (const row of slight.rows) {
      expect(Number(row[delta])).toBeGreaterThanOrEqual(0.2);
      expect(Number(row[delta])).toBeLessThanOrEqual(0.4);
    }
  });

  it('says which expiries, classes and underlyings there are', async () => {
    const expiry = await failure(relay.call('get_option_chain', { contract: 'AAPL', expiry: '2026-10-18' }));
    expect(expiry).toMatchObject({ code: 'invalid_arguments', nextStep: expect.stringMatching(/2026-10-1\d/) });
    const text = await failure(relay.call('get_option_chain', { contract: 'AAPL', expiry: 'soon' }));
    expect(text.message).toContain('is not an expiry');
    const named = await failure(relay.call('get_option_chain', { contract: 'AAPL', trading_class: 'XX' }));
    expect(named.nextStep).toContain('AAPL');
    expect((await failure(relay.call('get_option_chain', { contract: 'EUR.USD' }))).code).toBe('no_data');
    expect((await failure(relay.call('get_option_chain', { contract: 'NOPE' }))).code).toBe('contract_not_found');
  });
});

describe('find_option_contract', () => {
  it('finds the money, a strike and a delta', async () => {
    const money = await relay.read(findOptionContract, { contract: 'AAPL', right: 'CALL' });
    expect(Math.abs(money.strike - money.underlying.price)).toBeLessThanOrEqual(5);
    expect(money.days).toBeGreaterThanOrEqual(20);
    expect(money.delta).toBeGreaterThan(0);
    const struck = await relay.read(findOptionContract, { contract: 'AAPL', right: 'P', strike: 331, days: 60 });
    expect(Math.abs(struck.strike - 331)).toBeLessThanOrEqual(5);
    const slight = await relay.read(findOptionContract, { contract: 'AAPL', right: 'P', delta: 0.25, days: 45 });
    expect(slight.delta).toBeLessThan(0);
    expect(Math.abs(slight.delta)).toBeGreaterThan(0.18);
    expect(Math.abs(slight.delta)).toBeLessThan(0.32);
    expect(slight.contract).toBe(`AAPL ${slight.expiry.replaceAll('-', '')} P ${slight.strike}`);
  });

  it('refuses what excludes each other, and says what does not exist', async () => {
    const both = { contract: 'AAPL', right: 'C', delta: 0.3, strike: 350 };
    expect((await failure(relay.call('find_option_contract', both))).message).toContain('exclude');
    const past = { contract: 'AAPL', right: 'C', expiry: '2020-01' };
    expect((await failure(relay.call('find_option_contract', past))).code).toBe('contract_not_found');
  });
});

describe('aroundTheMoney', () => {
  it('takes as many strikes on each side, or the middle without a price', () => {
    expect([...aroundTheMoney([1, 2, 3, 4, 5], 3, 1)]).toEqual([3, 4]);
    expect([...aroundTheMoney([1, 2, 3], 10, 2)]).toEqual([2, 3]);
    expect([...aroundTheMoney([1, 2, 3, 4], undefined, 1)]).toEqual([2, 3]);
  });
});
