import { type Contract, OrderAction, OrderType, SecType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getExecutions } from '../../shared/tools/get_executions.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { clockFrom, fridayNoon, TestClient } from '../../test/support/simulator/client.ts';

const accounts = ['DU1000001', 'DU1000002'];
const apple = { conId: 265598, symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };

const shell = { symbol: 'SHEL', secType: SecType.STK, exchange: 'SMART', primaryExch: 'LSE', currency: 'GBP' };

let relay: TestRelay;
let trader: TestClient;

beforeEach(async () => {
  relay = await TestRelay.start({ clock: clockFrom(fridayNoon), tickIntervalMs: 20, accounts });
  // Somebody else's program trades on the same login.
  trader = await TestClient.ready(relay.sim.port, 99);
});

afterEach(async () => {
  trader.disconnect();
  await relay.stop();
});

async function trade(
  orderId: number,
  action: OrderAction,
  totalQuantity: number,
  account = accounts[0],
  contract: Contract = apple,
): Promise<void> {
  trader.api.placeOrder(orderId, contract, {
    action,
    orderType: OrderType.MKT,
    totalQuantity,
    account,
    transmit: true,
    orderRef: `note ${orderId}`,
  });
  await trader.until('orderStatus' as never, (id, status) => id === orderId && status === 'Filled');
}

describe('get_executions', () => {
  it('shows fills of every client with commission and realized profit, newest first', async () => {
    expect(await relay.read(getExecutions)).toMatchObject({ rows: [], totals: [], total: 0 });
    await trade(1, OrderAction.BUY, 100);
    await trade(2, OrderAction.SELL, 50);
    const { columns, rows, totals, total } = await relay.read(getExecutions);
    expect(total).toBeGreaterThanOrEqual(2);
    const at = (row: readonly (string | number)[] | undefined, column: string) => row?.[columns.indexOf(column)];
    const sold = rows.filter((row) => at(row, 'side') === 'SELL');
    expect(sold.reduce((sum, row) => sum + Number(at(row, 'quantity')), 0)).toBe(50);
    expect(at(rows[0], 'side')).toBe('SELL');
    expect(at(sold[0], 'contract')).toBe('AAPL');
    expect(at(sold[0], 'reference')).toBe('note 2');
    expect(at(sold[0], 'realizedPnl')).not.toBe('');
    expect(totals[0].currency).toBe('USD');
    expect(totals[0].commission).toBeCloseTo(
      rows.reduce((sum, row) => sum + Number(at(row, 'commission')), 0),
      6,
    );
  });

  it('says where prices are in parts of the currency', async () => {
    relay.sim.setClock({ at: Date.parse('2026-11-20T14:40:00Z') });
    await trade(1, OrderAction.BUY, 10, accounts[0], shell);
    const { note } = await relay.read(getExecutions, { contract: 'SHEL.GBP' });
    expect(note).toContain('Prices of SHEL.GBP are in 0.01 GBP.');
    expect((await relay.read(getExecutions, { contract: 'AAPL' })).note ?? '').not.toContain('Prices');
  });

  it('filters by account, instrument, side, time and order, and pages', async () => {
    await trade(1, OrderAction.BUY, 10);
    await trade(2, OrderAction.BUY, 20, accounts[1]);
    const count = async (args: object) => (await relay.read(getExecutions, args)).total;
    const all = await count({});
    expect(await count({ account: 'DU1000002' })).toBeLessThan(all);
    expect(await count({ contract: 'MSFT' })).toBe(0);
    expect(await count({ contract: 'AAPL', side: 'BUY' })).toBe(all);
    expect(await count({ side: 'SELL' })).toBe(0);
    expect(await count({ since: '2026-11-20T18:00:00Z' })).toBe(0);
    expect(await count({ since: '2026-11-20' })).toBe(all);
    const { rows, columns, next } = await relay.read(getExecutions, { limit: 1 });
    const order = Number(rows[0][columns.indexOf('permId')]);
    expect(await count({ order })).toBeLessThan(all);
    const second = await relay.read(getExecutions, { limit: 1, cursor: next });
    expect(second.rows[0]).not.toEqual(rows[0]);
    expect((await failure(relay.call('get_executions', { cursor: next, side: 'BUY' }))).code).toBe('invalid_arguments');
  });

  it('hides what the relay’s owner does not allow', async () => {
    await trade(1, OrderAction.BUY, 10);
    relay.config = { allowedAccounts: ['DU1000002'] };
    expect((await relay.read(getExecutions)).total).toBe(0);
    expect((await failure(relay.call('get_executions', { account: 'DU1000001' }))).code).toBe('account_not_found');
  });

  it('says which period an empty answer is about, and what the journal cannot know', async () => {
    const today = await relay.read(getExecutions);
    expect(today).toMatchObject({
      from: '2026-11-20T00:00:00-05:00',
      to: expect.stringMatching(/^2026-11-20T12:00:0/),
      total: 0,
    });
    expect('note' in today).toBe(false);
    expect(getExecutions.render(today)).toMatch(
      /^No executions from 2026-11-20T00:00:00-05:00 to 2026-11-20T12:00:0.*$/,
    );
    const week = await relay.read(getExecutions, { since: '2026-11-16' });
    expect(week.note).toMatch(/since 2026-11-20T00:00:00-05:00 only; Flex reports/);
  });

  it('remembers the fills of earlier days, and says when the relay was away', async () => {
    await trade(1, OrderAction.BUY, 10);
    await relay.read(getExecutions);
    const day = 86_400_000;
    relay.sim.advanceClock(3 * day);
    relay.gateway.askTime();
    await vi.waitFor(() => expect(relay.gateway.serverTime()).toBeGreaterThan(fridayNoon + 2 * day));
    expect((await relay.read(getExecutions)).total).toBe(0);
    const week = await relay.read(getExecutions, { since: '2026-11-20' });
    expect(week.total).toBeGreaterThan(0);
    expect(week.totals).toMatchObject([{ currency: 'USD', commission: expect.any(Number) }]);
    expect(week.totals[0]).not.toHaveProperty('realizedPnl');
    expect(week.note).toMatch(/fills from 2026-11-20T12:00:.* to 2026-11-23T00:00:00-05:00 may be missing/);
    expect((await relay.read(getExecutions, { since: '2026-11-20', until: '2026-11-20' })).total).toBe(week.total);
    expect((await relay.read(getExecutions, { since: '2026-11-20', until: '2026-11-19' })).total).toBe(0);
  });

  it('shows a corrected fill once, at its new price', async () => {
    await trade(1, OrderAction.BUY, 10);
    const { rows, columns } = await relay.read(getExecutions);
    const [price, execId] = ['price', 'execId'].map((name) => columns.indexOf(name)) as [number, number];
    const before = Number(rows[0][price]);
    relay.sim.world.exchange.scripts.correct(String(rows[0][execId]), before - 1);
    await vi.waitFor(async () => {
      const corrected = await relay.read(getExecutions);
      expect(corrected.total).toBe(rows.length);
      expect(corrected.rows.map((row) => row[price])).toContain(before - 1);
    });
  });

  // It is noon in New York; since eleven there are fills from ten minutes ago, and none from three hours ago.
  it.each([
    ['20261120 11:50:00 US/Eastern', '2026-11-20T11:50:00-05:00'],
    ['20261120-16:50:00', '2026-11-20T11:50:00-05:00'],
    ['20261120 18:50:00 GTB Standard Time', '2026-11-20T11:50:00-05:00'],
    ['20261120 17:50:00 W. Europe Standard Time', '2026-11-20T11:50:00-05:00'],
    ['20261120 14:00:00 GMT Standard Time', undefined],
    ['20261120 11:00:00 Brasilia Time', undefined],
    ['20261120 23:30:00 CST', undefined],
    ['20261120 10:50:00 CST', '20261120 10:50:00 CST (zone unknown)'],
    ['20261120 10:50:00 \uFFFD\uFFFD\uFFFD', '20261120 10:50:00 \uFFFD\uFFFD\uFFFD (zone unknown)'],
  ])('a fill at “%s” since eleven is %s', async (time, shown) => {
    await trade(1, OrderAction.BUY, 10);
    relay.sim.faults.rules.add({
      on: 'out',
      message: 'executionDetails',
      do: 'change',
      fields: { time },
      times: 'always',
    });
    const all = await relay.read(getExecutions);
    const since = await relay.read(getExecutions, { since: '2026-11-20T11:00:00' });
    expect(all.total).toBeGreaterThan(0);
    expect(since.rows.map(([at]) => at)).toEqual(shown === undefined ? [] : all.rows.map(() => shown));
    const unknown = shown?.endsWith('(zone unknown)') ?? false;
    expect(since).toMatchObject(unknown ? { note: expect.stringContaining('from when it heard of them') } : {});
    expect('note' in all).toBe(unknown);
    const until = await relay.read(getExecutions, { since: '2026-11-20', until: '2026-11-20T06:00:00' });
    expect(until.total).toBe(unknown ? all.total : 0);
  });
});
