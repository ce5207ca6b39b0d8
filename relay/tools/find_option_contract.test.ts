import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { calculateOption } from '../../shared/tools/calculate_option.ts';
import { findOptionContract } from '../../shared/tools/find_option_contract.ts';
import { getOptionChain } from '../../shared/tools/get_option_chain.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { failure, openMarket, TestRelay } from '../../test/support/relay.ts';

let relay: TestRelay;
let now = openMarket();

beforeAll(async () => {
  relay = await TestRelay.start({ clock: () => now }, { requestsPerSecond: 1_000 });
});

afterAll(() => relay.stop());

const find = (args: object) => relay.read(findOptionContract, { contract: 'AAPL', right: 'C', ...args });

describe('the option nearest to a delta', () => {
  it.each([
    ['SPX:IND', 'P', 0.1],
    ['ESZ6', 'C', 0.4],
    ['SPY', 'P', 0.1],
    ['AAPL', 'C', 0.9],
  ] as const)('is on %s nearer than its neighbours (%s %d)', async (contract, right, delta) => {
    const expiry = '2026-12-18';
    const { strike } = await relay.read(findOptionContract, { contract, right, expiry, delta });
    const around = { min_strike: strike * 0.96, max_strike: strike * 1.04, limit: 100 };
    const { columns, rows } = await relay.read(getOptionChain, { contract, right, expiry, quotes: true, ...around });
    const misses = rows.map((row) => Math.abs(Math.abs(Number(row[columns.indexOf('delta')])) - delta));
    const own = rows.findIndex((row) => row[3] === strike);
    expect(own).toBeGreaterThan(0);
    expect(own).toBeLessThan(rows.length - 1);
    expect(misses[own]).toBeCloseTo(Math.min(...misses), 3);
  });
});

describe('a month', () => {
  it.each(['DEC26', '202612', '2026-12'])(
    'as %s means its standard expiry, and is said to have others',
    async (expiry) => {
      const found = await find({ expiry });
      expect(found.expiry).toBe('2026-12-18');
      expect(found.note).toMatch(/2026-12 has \d expiries/);
    },
  );

  it('is that of the future, and nothing is said where there is one expiry only', async () => {
    expect(await relay.call('find_option_contract', { contract: 'ESZ6', right: 'C', expiry: 'DEC26' })).toMatchObject({
      expiry: '2026-12-18',
      tradingClass: 'ES',
    });
    expect(
      await relay.call('find_option_contract', { contract: 'AAPL', right: 'C', expiry: 'MAR27' }),
    ).not.toHaveProperty('note');
  });
});

describe('what was found instead', () => {
  it('is said of strikes as of days', async () => {
    const far = await find({ strike: 1_000 });
    expect(far.note).toContain(`1000`);
    expect(far.note).toContain(String(far.strike));
    expect(
      await relay.call('find_option_contract', { contract: 'AAPL', right: 'C', strike: far.strike }),
    ).not.toHaveProperty('note');
  });

  it('has six significant digits, as in its quote and when it is calculated', async () => {
    const found = await find({ delta: 0.3 });
    const { quotes } = await relay.read(getQuotes, { contracts: [found.contract], fields: 'options' });
    const { option } = await relay.read(calculateOption, { contract: found.contract });
    for (const { iv, delta, gamma, theta, vega } of [found, quotes[0].greeks, option]) {
      for (const value of [iv, delta, gamma, theta, vega]) expect(Number(value.toPrecision(6))).toBe(value);
    }
  });
});

describe('a continuous future', () => {
  it('has the options of its front month', async () => {
    const found = await relay.read(findOptionContract, { contract: 'ES:CONTFUT', right: 'P', expiry: '2026-12-18' });
    expect(found).toMatchObject({ underlying: { contract: 'ES 20261218' }, tradingClass: 'ES' });
    const chain = await relay.call('get_option_chain', { contract: 'ES:CONTFUT', expiry: '2026-12-18', strikes: 2 });
    expect(chain).toMatchObject({ underlying: { contract: 'ES 20261218' }, total: 8 });
  });

  it('is its front month among the legs of a strategy, too', async () => {
    const option = (await relay.read(findOptionContract, { contract: 'ESZ6', right: 'P' })).contract;
    const legs = (future: string) => [
      { contract: option, quantity: 1 },
      { contract: future, quantity: 1 },
    ];
    const [continuous, dated] = (await Promise.all(
      ['ES:CONTFUT', 'ESZ6'].map((future) => relay.call('calculate_option', { legs: legs(future) })),
    )) as { strategy: { netDebit: number } }[];
    expect(continuous?.strategy.netDebit).toBeCloseTo(dated?.strategy.netDebit ?? Number.NaN, 6);
  });
});

describe('the last day', () => {
  const at = async (time: string) => {
    now = new Date(time);
    relay.gateway.askTime();
    await expect
      .poll(() => Math.abs(relay.gateway.serverTime() - now.getTime()), { timeout: 4_000 })
      .toBeLessThan(2_000);
  };

  afterEach(async () => {
    await at(openMarket().toISOString());
  });

  it('is over at the open for the class that is settled then: another one trades on', async () => {
    const index = { contract: 'SPX:IND', right: 'C', days: 0 };
    await at('2026-10-16T15:00:00Z');
    const found = await relay.read(findOptionContract, index);
    expect(found).toMatchObject({ tradingClass: 'SPXW', expiry: '2026-10-16', days: 0 });
    expect(found).toMatchObject({ exercise: 'European', settlement: 'PM, cash' });
    expect(found.note).toContain('SPX was settled at the open, 2026-10-16T08:30; this is SPXW.');
    await at('2026-10-16T21:30:00Z');
    const next = await relay.read(findOptionContract, { contract: 'AAPL', right: 'C', days: 0 });
    expect(next.expiry > '2026-10-16').toBe(true);
    expect(next.note).toContain('AAPL ended 2026-10-16T16:00');
    const over = failure(relay.call('find_option_contract', { contract: 'AAPL', right: 'C', expiry: '2026-10-16' }));
    expect((await over).message).toContain('AAPL ended 2026-10-16T16:00');
  }, 30_000);
});

describe('a login without data', () => {
  afterEach(() => {
    relay.sim.connectivity.competingSession(false);
    relay.sim.connectivity.farm('usfarm.nj', 'ok');
  });

  it('is told that another login uses it', async () => {
    relay.sim.connectivity.competingSession(true);
    const reason = /Another login/;
    const chain = { contract: 'AAPL', expiry: '2026-12-18', quotes: true, strikes: 2 };
    const contract = 'AAPL 20261218 C 350';
    const legs = [{ contract, quantity: 1 }];
    const [{ note, rows }, ...errors] = await Promise.all([
      relay.read(getOptionChain, chain),
      failure(relay.call('find_option_contract', { contract: 'AAPL', right: 'C', delta: 0.3 })),
      failure(relay.call('calculate_option', { contract })),
      failure(relay.call('calculate_option', { legs, underlying_price: 300 })),
    ]);
    expect(note).toMatch(reason);
    expect(rows).toHaveLength(8);
    for (const error of errors) {
      expect(error).toMatchObject({ ibCode: 10197, message: expect.stringMatching(reason) });
    }
  });

  it('is told that its farm is down', async () => {
    relay.sim.connectivity.farm('usfarm.nj', 'broken');
    const error = await failure(relay.call('find_option_contract', { contract: 'AAPL', right: 'C' }));
    expect(error).toMatchObject({ code: 'no_data', message: expect.stringContaining('usfarm') });
  });
});
