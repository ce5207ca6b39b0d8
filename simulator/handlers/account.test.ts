import { type Contract, EventName } from '@stoqey/ib';
import { Decimal } from 'decimal.js';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { gatewayWithClient, type Pair, TestClient } from '../../test/support/simulator/client.ts';

const paper = 'DU1234567';
let pair: Pair;

beforeEach(async () => {
  pair = await gatewayWithClient();
});
afterEach(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

/** Summary values by tag and currency. */
async function summary(reqId: number, tags: string): Promise<Map<string, string>> {
  const { client } = pair;
  client.api.reqAccountSummary(reqId, 'All', tags);
  await client.until(EventName.accountSummaryEnd, (id) => id === reqId);
  const rows = client.all(EventName.accountSummary).filter(([id]) => id === reqId) as [
    number,
    string,
    string,
    string,
    string,
  ][];
  return new Map(rows.map(([, , tag, value, currency]) => [`${tag} ${currency}`.trim(), value]));
}

const totals =
  'NetLiquidation,TotalCashValue,AvailableFunds,ExcessLiquidity,BuyingPower,InitMarginReq,MaintMarginReq,EquityWithLoanValue,Cushion';

describe('the account summary', () => {
  it('adds up, in every currency and in base currency', async () => {
    const values = await summary(1, `${totals},$LEDGER:ALL`);
    const amount = (name: string) => new Decimal(values.get(name) ?? Number.NaN);
    for (const currency of ['USD', 'EUR', 'GBP', 'BASE']) {
      const parts = ['TotalCashBalance', 'StockMarketValue', 'OptionMarketValue'].map((tag) =>
        amount(`${tag} ${currency}`),
      );
      expect(Decimal.sum(...parts).toFixed(2)).toBe(amount(`NetLiquidationByCurrency ${currency}`).toFixed(2));
    }
    expect(amount('NetLiquidation USD').toFixed(2)).toBe(amount('NetLiquidationByCurrency BASE').toFixed(2));
    const converted = ['USD', 'EUR', 'GBP'].map((currency) =>
      amount(`NetLiquidationByCurrency ${currency}`).mul(amount(`ExchangeRate ${currency}`)),
    );
    expect(
      Decimal.sum(...converted)
        .minus(amount('NetLiquidation USD'))
        .abs()
        .toNumber(),
    ).toBeLessThan(0.05);
    expect(amount('EquityWithLoanValue USD').minus(amount('InitMarginReq USD'))).toEqual(amount('AvailableFunds USD'));
    expect(amount('EquityWithLoanValue USD').minus(amount('MaintMarginReq USD'))).toEqual(
      amount('ExcessLiquidity USD'),
    );
    expect(amount('BuyingPower USD')).toEqual(amount('AvailableFunds USD').mul(4));
  });

  it('shows one ledger currency, or the base alone', async () => {
    const euro = await summary(1, '$LEDGER:EUR');
    expect(new Set([...euro.keys()].map((key) => key.split(' ')[1]))).toEqual(new Set(['EUR']));
    pair.client.api.cancelAccountSummary(1);
    const base = await summary(2, '$LEDGER');
    expect(new Set([...base.keys()].map((key) => key.split(' ')[1]))).toEqual(new Set(['BASE']));
  });

  it('is limited to two subscriptions, and a cancelled one makes room', async () => {
    await summary(1, 'NetLiquidation');
    await summary(2, 'NetLiquidation');
    pair.client.api.reqAccountSummary(3, 'All', 'NetLiquidation');
    expect(await pair.client.error(3)).toMatchObject({ code: 322 });
    pair.client.api.cancelAccountSummary(1);
    await summary(4, 'NetLiquidation');
  });
});

describe('positions', () => {
  it('include a fraction, a short, other currencies and an option', async () => {
    pair.client.api.reqPositions();
    await pair.client.until(EventName.positionEnd);
    const rows = pair.client.all(EventName.position) as [string, Contract, number, number][];
    const held = rows.map(([, { symbol, secType, currency }, size]) => `${symbol} ${secType} ${currency} ${size}`);
    expect(held).toEqual(
      expect.arrayContaining([
        'AAPL STK USD 100',
        'MSFT STK USD 25.5',
        'KO STK USD -200',
        'SHEL STK GBP 300',
        'AAPL OPT USD 2',
      ]),
    );
    pair.client.api.cancelPositions();
    await expect.poll(() => pair.gateway.activeSubscriptions()).toEqual([]);
  });

  it('are worth what the portfolio says, and gain what it says', async () => {
    pair.client.api.reqAccountUpdates(true, paper);
    await pair.client.until(EventName.accountDownloadEnd, (account) => account === paper);
    type Row = [Contract, number, number, number, number, number, number, string];
    const rows = pair.client.all(EventName.updatePortfolio) as unknown as Row[];
    expect(rows).toHaveLength(7);
    for (const [contract, size, price, value, cost, unrealized] of rows) {
      expect(value).toBeCloseTo(size * price * (contract.multiplier || 1), 1);
      expect(unrealized).toBeCloseTo(value - size * cost, 1);
    }
    const keys = pair.client.all(EventName.updateAccountValue).map(([key]) => key);
    expect(keys).toEqual(expect.arrayContaining(['AccountReady', 'NetLiquidation', 'CashBalance']));
    await pair.client.until(EventName.updateAccountTime);
    pair.client.api.reqAccountUpdates(false, paper);
    await expect.poll(() => pair.gateway.activeSubscriptions()).toEqual([]);
  });

  it('profit the account as much as they profit one by one', async () => {
    const { api } = pair.client;
    api.reqPnL(1, paper);
    api.reqPnLSingle(2, paper, '', 265598);
    api.reqPnLSingle(3, paper, '', 272093);
    api.reqPnLSingle(4, paper, '', 99999);
    const [, daily, unrealized] = await pair.client.until(EventName.pnl);
    expect(Number.isFinite(daily)).toBe(true);
    expect(Number.isFinite(unrealized)).toBe(true);
    const single = await pair.client.until(EventName.pnlSingle, (id) => id === 2);
    expect(single[1]).toBe(100);
    await pair.client.until(EventName.pnlSingle, (id) => id === 3);
    const [, size, ...values] = await pair.client.until(EventName.pnlSingle, (id) => id === 4);
    expect(size).toBe(0);
    expect(values.every((value) => value === undefined || value === Number.MAX_VALUE)).toBe(true);
    api.cancelPnL(1);
    for (const id of [2, 3, 4]) api.cancelPnLSingle(id);
    await expect.poll(() => pair.gateway.activeSubscriptions()).toEqual([]);
  });
});

describe('several accounts', () => {
  beforeEach(async () => {
    await pair.close();
    pair = await gatewayWithClient({ accounts: [paper, 'DU7654321', 'U1111111'] });
  });

  it('are all in summaries and positions, and one by one where one is named', async () => {
    const { api } = pair.client;
    api.reqAccountSummary(1, 'All', 'NetLiquidation');
    await pair.client.until(EventName.accountSummaryEnd);
    expect(pair.client.all(EventName.accountSummary).map(([, account]) => account)).toEqual([
      paper,
      'DU7654321',
      'U1111111',
    ]);
    api.reqPositionsMulti(2, 'U1111111', '');
    await pair.client.until(EventName.positionMultiEnd);
    expect(new Set(pair.client.all(EventName.positionMulti).map(([, account]) => account))).toEqual(
      new Set(['U1111111']),
    );
    api.reqAccountUpdatesMulti(3, 'DU7654321', '', true);
    await pair.client.until(EventName.accountUpdateMultiEnd);
    expect(new Set(pair.client.all(EventName.accountUpdateMulti).map(([, account]) => account))).toEqual(
      new Set(['DU7654321']),
    );
    api.cancelPositionsMulti(2);
    api.cancelAccountUpdatesMulti(3);
    await expect.poll(() => pair.gateway.activeSubscriptions().map(({ kind }) => kind)).toEqual(['accountSummary']);
  });

  it('take over from one another in account updates', async () => {
    pair.client.api.reqAccountUpdates(true, paper);
    pair.client.api.reqAccountUpdates(true, 'U1111111');
    await pair.client.until(EventName.info, (_, code) => code === 2100);
    await expect.poll(() => pair.gateway.activeSubscriptions().map(({ subject }) => subject)).toEqual(['U1111111']);
  });

  it('are watched one at a time by all clients together', async () => {
    pair.client.api.reqAccountUpdates(true, paper);
    await pair.client.until(EventName.accountDownloadEnd);
    const other = await TestClient.ready(pair.gateway.port, 2);
    other.api.reqAccountUpdates(true, 'U1111111');
    await expect.poll(() => [...other.errors(), ...other.all(EventName.info)].length).toBeGreaterThan(0);
    await other.until(EventName.info, (text, code) => code === 2101 && String(text).endsWith(' 1'));
    other.api.reqAccountUpdates(true, paper);
    await other.until(EventName.accountDownloadEnd, (account) => account === paper);
    other.disconnect();
  });

  it('that do not exist are refused', async () => {
    pair.client.api.reqPnL(5, 'DU0000000');
    expect(await pair.client.error(5)).toMatchObject({ code: 321 });
  });
});
