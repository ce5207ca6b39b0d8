import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { getPerformance } from '../../shared/tools/get_performance.ts';
import { failure, openMarket, TestRelay } from '../../test/support/relay.ts';
import type { CashFlow } from '../documents/flex-history.ts';
import { FillJournal } from '../fills/fill-journal.ts';
import { PerformanceJournal } from '../performance/journal.ts';
import { shift } from '../performance/returns.ts';

const accounts = ['DU1000001', 'DU1000002'];
const [account] = accounts as [string];

let relay: TestRelay;
let journal: PerformanceJournal;
let fills: FillJournal;

beforeAll(async () => {
  relay = await TestRelay.start({ accounts });
});

afterAll(() => relay.stop());

beforeEach(() => {
  journal = new PerformanceJournal(':memory:');
  fills = new FillJournal(':memory:');
  relay.records = { ...relay.records, performance: () => journal, fills: () => fills };
  relay.config = {};
});

afterEach(() => {
  vi.restoreAllMocks();
  journal.close();
  fills.close();
});

const usd = (date: string, nav: number) => ({ date, nav, currency: 'USD' });

/** What a statement of the autumn said: one percent a day, with money coming and going. */
function learn(list: readonly CashFlow[], navs: readonly number[], from = '2026-10-05'): void {
  const values = navs.map((nav, index) => usd(shift(from, index), nav));
  journal.learn([{ account, values, flows: { from, to: values.at(-1)?.date ?? from, list } }], 1);
}

describe('get_performance', () => {
  it('says that nothing is on record yet', async () => {
    expect(await failure(relay.call('get_performance', {}))).toMatchObject({
      code: 'no_data',
      message: expect.stringContaining('clocks'),
    });
  });

  it('gives time-weighted returns that deposits do not change', async () => {
    learn([{ date: '2026-10-06', amount: 1_000 }], [1_000, 2_200, 2_310]);
    const { accounts: answers } = await relay.read(getPerformance);
    expect(answers).toHaveLength(1);
    const { periods, columns, rows, ...rest } = answers[0];
    expect(rest).toEqual({
      account,
      kind: 'paper',
      currency: 'USD',
      nav: 2_310,
      days: 3,
      note: expect.stringMatching(/^The clocks .* differ/),
    });
    expect(periods).toEqual([
      {
        period: '1d',
        from: '2026-10-06',
        to: '2026-10-07',
        startNav: 2_200,
        endNav: 2_310,
        gain: 110,
        twr: 5,
        netFlow: 0,
        flows: 'known',
      },
      {
        period: 'all',
        from: '2026-10-05',
        to: '2026-10-07',
        startNav: 1_000,
        endNav: 2_310,
        gain: 310,
        twr: 15.5,
        netFlow: 1_000,
        flows: 'known',
      },
    ]);
    expect(columns).toEqual(['date', 'nav', 'flow', 'twr']);
    expect(rows).toEqual([
      ['2026-10-05', 1_000, 0, 0],
      ['2026-10-06', 2_200, 1_000, 10],
      ['2026-10-07', 2_310, 0, 15.5],
    ]);
  });

  it('says when deposits and withdrawals are unknown, or known in part only', async () => {
    journal.record([
      { account, at: 1, ...usd('2026-10-05', 1_000) },
      { account, at: 1, ...usd('2026-10-06', 1_100) },
    ]);
    const unknown = (await relay.read(getPerformance)).accounts[0];
    expect(unknown.periods.map(({ flows }) => flows)).toEqual(['unknown', 'unknown']);
    expect(unknown.note).toContain('are not known and count as gains and losses');
    learn([], [1_000], '2026-10-06');
    const partly = (await relay.read(getPerformance)).accounts[0];
    journal.record([{ account, at: 1, ...usd('2026-10-07', 1_100) }]);
    expect(partly.note).not.toContain('Deposits');
    expect((await relay.read(getPerformance)).accounts[0].note).toContain('from 2026-10-06 to 2026-10-06 only');
  });

  it('thins the series of the chosen period out', async () => {
    learn(
      [{ date: '2026-08-09', amount: 10 }],
      Array.from({ length: 250 }, (_, index) => 1_000 + index),
      '2026-02-01',
    );
    const { rows, days } = (await relay.read(getPerformance, { period: '1m', max_points: 5 })).accounts[0];
    expect(days).toBe(31);
    expect(rows).toHaveLength(5);
    expect(rows[0][0]).toBe('2026-09-08');
    expect(rows.at(-1)).toEqual(['2026-10-08', 1_249, 0, expect.any(Number)]);
    const flows = (await relay.read(getPerformance, { max_points: 7 })).accounts[0].rows.map((row) => row[2]);
    expect(flows.filter((flow) => flow === 10)).toHaveLength(1);
  });

  it('gives what there is of a period that begins before the record, and says since when', async () => {
    learn([], [1_000, 1_010, 1_020, 1_030, 1_040, 1_050]);
    const [year] = (await relay.read(getPerformance, { period: '1y' })).accounts;
    expect(year.rows).toHaveLength(6);
    expect(year.note).toContain('beginning of 1y; the series is since 2026-10-05');
    // Statements of the spring, a relay that was off, and the autumn.
    learn([], [900, 910], '2026-04-01');
    const [quarter] = (await relay.read(getPerformance, { period: 'qtd' })).accounts;
    expect(quarter.rows.map(([date]) => date)).toEqual(
      [5, 6, 7, 8, 9, 10].map((day) => `2026-10-${String(day).padStart(2, '0')}`),
    );
    expect(quarter.rows[0]).toEqual(['2026-10-05', 1_000, 0, 0]);
    expect(quarter.note).toContain('since 2026-10-05');
  });

  it('ends with what the gateway says now, when both live in the same time', async () => {
    const today = openMarket().getTime();
    vi.spyOn(Date, 'now').mockReturnValue(today);
    vi.spyOn(relay.gateway, 'serverTime').mockReturnValue(today);
    learn([], [1_000_000], '2026-10-14');
    const { accounts: answers } = await relay.read(getPerformance);
    expect(answers.map((answer) => answer.account)).toEqual(accounts);
    expect(answers[0].periods.map(({ period, from, to }) => [period, from, to])).toEqual([
      ['1d', '2026-10-14', '2026-10-15'],
      ['all', '2026-10-14', '2026-10-15'],
    ]);
    expect(answers[1].note).toContain('begins on 2026-10-15');
    expect(answers[1].rows).toHaveLength(1);
  });

  it('adds what the fills of the period cost and realized, by currency and in all', async () => {
    learn([], [1_000, 1_010, 1_020, 1_030, 1_040], '2026-10-05');
    expect((await relay.read(getPerformance)).accounts[0]).not.toHaveProperty('trading');
    const at = (text: string) => Date.parse(`${text}T15:00:00Z`);
    fills.watched([account], { from: at('2026-09-01'), to: at('2026-10-15') });
    const common = {
      account,
      exchange: 'X',
      permId: 1,
      orderRef: undefined,
      side: 'SELL',
      quantity: 1,
      price: 1,
    } as const;
    const fill = (execId: string, date: string, currency: string, commission: number, realizedPnl?: number) =>
      fills.record(
        [
          {
            ...common,
            execId,
            time: at(date),
            timeText: '',
            contract: { currency },
            commission,
            commissionCurrency: currency,
            realizedPnl,
          },
        ],
        at(date),
      );
    fill('a.01', '2026-09-30', 'USD', 1, 100);
    fill('b.01', '2026-10-05', 'USD', 2, 10.5);
    fill('c.01', '2026-10-08', 'EUR', 3);
    // The week of Friday 9 October begins at the close of Friday 2 October.
    const [week] = (await relay.read(getPerformance, { period: 'wtd' })).accounts;
    expect(week.trading).toEqual({
      since: '2026-10-03T00:00:00-04:00',
      columns: ['currency', 'fills', 'commission', 'realizedPnl'],
      rows: [
        ['EUR', 1, 3, ''],
        ['USD', 1, 2, 10.5],
        ['all in USD', 2, expect.closeTo(2 + 3 * 1.17, 0), 10.5],
      ],
    });
    const [all] = (await relay.read(getPerformance)).accounts;
    expect(all.trading.rows).toContainEqual(['USD', 2, 3, 110.5]);
    const year = (await relay.read(getPerformance, { period: '1y' })).accounts[0];
    expect(year.note).toContain('The journal knows everything since 2026-09-01T11:00:00-04:00 only');
  });

  it('works without a gateway, for the accounts on record', async () => {
    learn([], [1_000, 1_010]);
    const offline = await TestRelay.start({ accounts });
    offline.gateway.stop();
    offline.records = { ...relay.records, close: () => undefined };
    expect(await offline.read(getPerformance)).toMatchObject({ accounts: [{ account, nav: 1_010 }] });
    expect((await failure(offline.call('get_performance', { account: 'DU1000002' }))).code).toBe(
      'gateway_disconnected',
    );
    await offline.stop();
  });

  it('hides what the relay’s owner does not allow', async () => {
    learn([], [1_000, 1_010]);
    relay.config = { allowedAccounts: ['DU1000002'] };
    expect((await failure(relay.call('get_performance', {}))).code).toBe('no_data');
    expect((await failure(relay.call('get_performance', { account }))).code).toBe('account_not_found');
    relay.config = { allowedAccounts: [account] };
    expect((await relay.read(getPerformance, { account: account.toLowerCase() })).accounts).toHaveLength(1);
  });
});
