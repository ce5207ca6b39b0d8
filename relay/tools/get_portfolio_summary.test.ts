import { Decimal } from 'decimal.js';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { getAccountSummary } from '../../shared/tools/get_account_summary.ts';
import { getPortfolioSummary } from '../../shared/tools/get_portfolio_summary.ts';
import { expiriesOn, optionClasses, optionOf, strikesOf } from '../../simulator/market/derivatives.ts';
import type { Instrument } from '../../simulator/market/instruments.ts';
import { listings } from '../../simulator/market/listings.ts';
import { failure, openMarket, TestRelay } from '../../test/support/relay.ts';
import { futuresOn } from '../../test/support/simulator/futures.ts';

let relay: TestRelay;
afterEach(() => relay.stop());

const account = 'DU1234567';
let trades = 0;

/** Books a trade as if it had been made just now, at any price. */
function hold(instrument: Instrument | undefined, quantity: number, price = 10, owner = account): Instrument {
  if (!instrument) throw new TypeError('the simulated market lacks an instrument');
  trades += 1;
  relay.sim.world.book.book({
    execId: `portfolio.${trades}`,
    account: owner,
    instrument,
    side: quantity > 0 ? 'BUY' : 'SELL',
    quantity: new Decimal(Math.abs(quantity)),
    price,
    commission: new Decimal(1),
    time: openMarket().getTime(),
  });
  return instrument;
}

const listed = (kind: string, currency?: string) =>
  listings.find(({ secType, currency: own }) => secType === kind && (currency === undefined || own === currency));

function optionOn(symbol: string, right: 'C' | 'P', above = 1): Instrument {
  const { model, today } = relay.sim.world;
  const optionClass = optionClasses.find(({ underlying }) => underlying.symbol === symbol);
  if (!optionClass) throw new TypeError(`no options on ${symbol}`);
  const expiry = expiriesOn(optionClass, today(), model).find((day) => day > today() + 40) ?? 0;
  const strikes = strikesOf(optionClass, expiry, model);
  return optionOf(optionClass, expiry, strikes[Math.floor(strikes.length / 2) * above] ?? 0, right);
}

/** Resolves when the relay has heard of a position. */
const toldOf = ({ conId }: Instrument) =>
  vi.waitFor(async () => {
    const positions = await relay.gateway.accounts.positions();
    expect(positions.map(({ contract }) => contract.conId)).toContain(conId);
  });

const cell = (series: { columns: string[]; rows: (string | number)[][] }, name: string | number, column: string) => {
  const row = series.rows.find((cells) => cells.includes(name));
  return Number(row?.[series.columns.indexOf(column)]);
};

describe('get_portfolio_summary', () => {
  it('agrees with the account summary to the cent, and leaves nothing unexplained', async () => {
    relay = await TestRelay.start();
    const [{ totals, accounts, currency, top }] = (await relay.read(getPortfolioSummary)).portfolios;
    const [summary] = (await relay.read(getAccountSummary)).accounts;
    expect(accounts).toEqual([account]);
    expect(currency).toBe(summary.currency);
    expect(totals).toMatchObject({
      netLiquidation: summary.netLiquidation,
      cash: summary.totalCash,
      gross: summary.grossPositionValue,
      leverage: summary.leverage,
      dailyPnl: summary.dailyPnl,
      unrealizedPnl: summary.unrealizedPnl,
      realizedPnl: summary.realizedPnl,
      unexplained: 0,
    });
    expect(totals.long - totals.short).toBeCloseTo(summary.grossPositionValue, 2);
    expect(cell(top, 'KO', 'quantity')).toBe(-200);
  });

  it('holds any kind of position: what is not paid for is exposure, not value', async () => {
    relay = await TestRelay.start();
    const { today } = relay.sim.world;
    const future = hold(
      futuresOn(today()).find(({ symbol }) => symbol === 'ES'),
      -2,
      6_000,
    );
    const put = hold(optionOn('AAPL', 'P'), -3);
    const bond = hold(listed('BOND'), 20_000, 98);
    const fund = hold(listed('FUND'), 150.25);
    hold(listed('CRYPTO'), 0.0525, 60_000);
    hold(listed('CASH'), 20_000, 1.1);
    hold(listed('STK', 'JPY'), 300, 2_000);
    hold(listed('STK', 'HKD'), -500, 90);
    const [{ totals, allocation, greeks, top, concentration }] = (await relay.read(getPortfolioSummary, { top: 50 }))
      .portfolios;
    const [summary] = (await relay.read(getAccountSummary)).accounts;
    expect(totals.netLiquidation).toBe(summary.netLiquidation);
    expect(Math.abs(totals.unexplained)).toBeLessThanOrEqual(0.03);
    expect(cell(allocation.kind, 'FUT', 'value')).toBe(0);
    expect(cell(allocation.kind, 'FUT', 'exposure')).toBeLessThan(-400_000);
    expect(cell(allocation.kind, bond.secType, 'value')).toBeGreaterThan(0);
    expect(cell(allocation.kind, fund.secType, 'value')).toBeGreaterThan(0);
    expect(allocation.currency.rows.map(([name]) => name)).toEqual(
      expect.arrayContaining(['USD', 'EUR', 'JPY', 'HKD']),
    );
    expect(allocation.country.rows.map(([name]) => name)).toEqual(expect.arrayContaining(['US', 'GB', 'JP']));
    for (const series of Object.values(allocation)) {
      const whole = Decimal.sum(0, ...series.rows.map(([, value]) => Number(value)));
      expect(whole.toNumber()).toBe(totals.netLiquidation);
    }
    const apple = cell(greeks, 'AAPL', 'deltaDollars');
    expect(apple).toBeGreaterThan(cell(top, 'AAPL', 'exposure'));
    expect(cell(top, put.conId, 'exposure')).toBeGreaterThan(0);
    expect(cell(top, put.conId, 'value')).toBeLessThan(0);
    expect(cell(greeks, future.conId, 'deltaDollars')).toBe(cell(top, future.conId, 'exposure'));
    expect(greeks.deltaDollars).toBe(totals.netExposure);
    expect(concentration.largestPercent).toBeGreaterThan(20);
    expect(relay.sim.activeSubscriptions().filter(({ kind }) => kind === 'accountUpdates')).toEqual([]);
  });

  it('adds up Greeks as the quotes have them', async () => {
    relay = await TestRelay.start();
    const before = (await relay.read(getPortfolioSummary)).portfolios[0].greeks;
    const call = hold(optionOn('AAPL', 'C'), 4);
    await toldOf(call);
    const { quotes } = (await relay.call('get_quotes', { contracts: [String(call.conId)], fields: 'options' })) as {
      quotes: { greeks: Record<string, number> }[];
    };
    const { delta = 0, vega = 0, underlying = 0 } = quotes[0]?.greeks ?? {};
    const [{ top, greeks, totals }] = (await relay.read(getPortfolioSummary, { top: 50 })).portfolios;
    expect(cell(top, call.conId, 'exposure')).toBeCloseTo(400 * delta * underlying, 1);
    expect(greeks.vega - before.vega).toBeCloseTo(400 * vega, 1);
    // The account is read anew after a trade, so that cash and position fit together.
    expect(Math.abs(totals.unexplained)).toBeLessThanOrEqual(0.01);
    const without = (await relay.read(getPortfolioSummary, { greeks: false })).portfolios[0];
    expect(without).not.toHaveProperty('greeks');
    expect(without.notes[0]).toContain('Greeks were not read');
    expect(without.notes.at(-1)).toContain('Daily P&L counts from');
  });

  it('takes accounts together, keeps their sums apart, and shows only those that are allowed', async () => {
    relay = await TestRelay.start({ accounts: ['DU1000001', 'DU1000002', 'DU1000003'] });
    relay.config = { allowedAccounts: ['DU1000001', 'DU1000002'] };
    const [both] = (await relay.read(getPortfolioSummary)).portfolios;
    expect(both.accounts).toEqual(['DU1000001', 'DU1000002']);
    expect(both.byAccount.rows.map(([name]) => name)).toEqual(both.accounts);
    const whole = Decimal.sum(0, ...both.byAccount.rows.map(([, value]) => Number(value)));
    expect(whole.toNumber()).toBe(both.totals.netLiquidation);
    const [one] = (await relay.read(getPortfolioSummary, { account: 'du1000002' })).portfolios;
    expect(one).not.toHaveProperty('byAccount');
    expect(one.totals.netLiquidation).toBe(both.byAccount.rows[1][1]);
    expect((await failure(relay.call('get_portfolio_summary', { account: 'DU1000003' }))).code).toBe(
      'account_not_found',
    );
  });

  it('keeps accounts of different base currencies apart, and interest with its currency', async () => {
    relay = await TestRelay.start({ accounts: ['DU1000001', 'DU1000002'] });
    const row = (amounts: Record<string, string>) => new Map(Object.entries(amounts));
    const { window } = relay.gateway.accounts;
    relay.gateway.accounts.window = async (name, signal) => {
      if (name === 'DU1000001') return window.call(relay.gateway.accounts, name, signal);
      const values = new Map([
        ['NetLiquidation', row({ CHF: '1100.00' })],
        ['TotalCashValue', row({ CHF: '1000.00' })],
        ['CashBalance', row({ CHF: '100.00', EUR: '900.00', BASE: '1000.00' })],
        ['TotalCashBalance', row({ CHF: '100.00', EUR: '1000.00', BASE: '1000.00' })],
        // As the whole account's interest has it: the ledger's own row has been overwritten.
        ['AccruedCash', row({ CHF: '100.00', EUR: '50.00', BASE: '100.00' })],
        ['ExchangeRate', row({ CHF: '1', EUR: '0.9', BASE: '1' })],
      ]);
      return { values, items: new Map() };
    };
    const { portfolios } = await relay.read(getPortfolioSummary, { greeks: false });
    expect(portfolios.map(({ currency, accounts }) => [currency, accounts])).toEqual([
      ['USD', ['DU1000001']],
      ['CHF', ['DU1000002']],
    ]);
    const [, swiss] = portfolios;
    expect(swiss.totals).toMatchObject({
      netLiquidation: 1_100,
      cash: 1_000,
      accrued: 100,
      positions: 0,
      unexplained: 0,
    });
    expect(cell(swiss.allocation.currency, 'EUR', 'value')).toBe(945);
    expect(cell(swiss.allocation.currency, 'CHF', 'value')).toBe(155);
  });

  it('names the difference when IB’s account does not add up', async () => {
    relay = await TestRelay.start();
    relay.gateway.accounts.window = async () => ({
      values: new Map([
        ['NetLiquidation', new Map([['USD', '1000.00']])],
        ['TotalCashValue', new Map([['USD', '400.00']])],
        ['ExchangeRate', new Map([['USD', '1']])],
      ]),
      items: new Map(),
    });
    relay.gateway.accounts.pnl = async () => ({});
    const [{ totals, notes, allocation }] = (await relay.read(getPortfolioSummary, { greeks: false })).portfolios;
    expect(totals).toMatchObject({ netLiquidation: 1_000, cash: 400, positions: 0, unexplained: 600 });
    expect(totals.sinceSummary).toBeLessThan(0);
    expect(notes.join()).toMatch(/no value of .*AAPL/);
    expect(cell(allocation.sector, 'unexplained', 'value')).toBe(600);
  });

  it('of many positions reports progress, stays within its limits, and stops when the caller leaves', async () => {
    relay = await TestRelay.start();
    const stocks = listings.filter(({ secType, currency }) => secType === 'STK' && currency === 'USD').slice(0, 150);
    for (const stock of stocks) hold(stock, 1, 1);
    const progress = vi.fn();
    const { portfolios } = await relay.read(getPortfolioSummary, {}, { progress });
    expect(portfolios[0].top.rows).toHaveLength(10);
    expect(JSON.stringify(portfolios).length).toBeLessThan(8_000);
    expect(progress).toHaveBeenCalledWith(
      expect.any(Number),
      expect.any(Number),
      expect.stringContaining('instruments'),
    );
    const counts = progress.mock.calls.map(([done]) => Number(done));
    expect(counts).toEqual([...new Set(counts)].sort((a, b) => a - b));
    const leaving = new AbortController();
    hold(optionOn('SPY', 'C'), 1);
    const call = relay.call('get_portfolio_summary', {}, { signal: leaving.signal, progress: () => leaving.abort() });
    expect((await failure(call)).code).toBe('cancelled');
    await vi.waitFor(() =>
      expect(
        relay.sim.activeSubscriptions().filter(({ kind }) => kind === 'marketData' || kind === 'accountUpdates'),
      ).toEqual([]),
    );
  });
});
