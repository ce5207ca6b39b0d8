import { Decimal } from 'decimal.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { valueAt } from '../accounts/kinds.ts';
import { exchangeSchedules } from '../market/exchanges.ts';
import { dayNumber, dayOf } from '../market/zone.ts';
import { type Simulator, startSimulator } from '../server/server.ts';
import { flexQuery, flexToken, startFlexService } from './service.ts';

const noon = Date.parse('2026-11-20T17:00:00Z');
const pastDays = 92;
const opened = dayNumber('20261120') - pastDays;
let simulator: Simulator;

beforeAll(async () => {
  simulator = await startSimulator({ clock: () => new Date(noon), pastDays });
});

afterAll(() => simulator.close());

const sum = (amounts: readonly Decimal[]): Decimal => Decimal.sum(0, ...amounts);

describe('the past of the accounts', () => {
  it('has days, trades of several currencies and kinds, dividends and interest', () => {
    const { days, trades } = simulator.world.book.past();
    expect(days.map(({ day }) => day)).toEqual(Array.from({ length: pastDays }, (_, index) => opened + index));
    expect(trades.length).toBeGreaterThan(25);
    expect(new Set(trades.map(({ trade }) => trade.instrument.currency))).toEqual(new Set(['USD', 'EUR', 'GBP']));
    expect(new Set(trades.map(({ trade }) => trade.instrument.secType))).toEqual(new Set(['STK', 'OPT', 'CASH']));
    expect(trades.filter(({ realized }) => realized !== undefined).length).toBeGreaterThan(8);
    const payments = days.flatMap((day) => day.payments);
    expect(new Set(payments.map(({ kind }) => kind))).toEqual(new Set(['dividend', 'interest']));
    expect(simulator.world.accounts[0]?.holdings.some(({ instrument }) => instrument.secType === 'OPT')).toBe(true);
    expect(simulator.world.exchange.open()).toEqual([]);
    expect(simulator.world.exchange.executions().length).toBeGreaterThan(0);
  });

  it('trades at prices of the market, in its hours', () => {
    for (const { trade } of simulator.world.book.past().trades) {
      if (trade.price === 0 || trade.instrument.secType === 'CASH') continue;
      expect(
        exchangeSchedules[trade.instrument.schedule].openSegment(trade.time),
        trade.instrument.symbol,
      ).toBeDefined();
    }
  });

  it('adds up: each day’s value is its cash, positions and accruals, and the cash is what trades and payments made it', () => {
    const { days, trades } = simulator.world.book.past();
    const [first] = days;
    for (const { valuation } of days) {
      const { base } = valuation;
      const parts = [
        base.cash,
        base.futuresPnl,
        base.accruedInterest,
        base.accruedDividends,
        ...Object.values(base.values),
      ];
      expect(base.netLiquidation.toFixed(2)).toBe(sum(parts).toFixed(2));
    }
    for (const currency of ['USD', 'EUR', 'GBP']) {
      const begin = first?.valuation.account.cash.get(currency) ?? new Decimal(0);
      const traded = trades
        .filter(({ trade }) => trade.time >= simulator.world.zone.instant(opened + 1, 0))
        .filter(({ trade }) => trade.time < simulator.world.zone.instant(opened + pastDays, 0))
        .flatMap(({ trade }) => {
          const { instrument, side, quantity, price, commission } = trade;
          const signed = side === 'BUY' ? quantity : quantity.neg();
          const exchanged = instrument.secType === 'CASH' && instrument.symbol === currency ? [signed] : [];
          if (instrument.currency !== currency) return exchanged;
          return [...exchanged, valueAt(instrument, signed, price).neg(), commission.neg()];
        });
      const paid = days
        .slice(1)
        .flatMap(({ payments }) => payments.filter((payment) => payment.currency === currency))
        .map(({ amount }) => amount);
      const end = days.at(-1)?.valuation.account.cash.get(currency) ?? new Decimal(0);
      expect(end.toFixed(4), currency).toBe(sum([begin, ...traded, ...paid]).toFixed(4));
    }
  });

  it('ends where the present begins', () => {
    const last = simulator.world.book.past().days.at(-1);
    const today = simulator.world.book
      .past()
      .trades.filter(({ trade }) => simulator.world.zone.day(trade.time) === opened + pastDays);
    const held = new Map(
      (last?.valuation.holdings ?? []).map(({ holding }) => [holding.instrument.conId, holding.quantity]),
    );
    for (const { trade } of today) {
      const signed = trade.side === 'BUY' ? trade.quantity : trade.quantity.neg();
      const { conId } = trade.instrument;
      held.set(conId, (held.get(conId) ?? new Decimal(0)).plus(signed));
    }
    const now = (simulator.world.accounts[0]?.holdings ?? []).map(({ instrument, quantity }) => [
      instrument.conId,
      quantity.toFixed(),
    ]);
    const expected = [...held]
      .filter(([, quantity]) => !quantity.isZero())
      .map(([conId, quantity]) => [conId, quantity.toFixed()]);
    expect(now.sort()).toEqual(expected.sort());
  });

  it('is the same for the same seed, and lasts through a restart', async () => {
    const again = await startSimulator({ clock: () => new Date(noon), pastDays });
    const text = (one: Simulator) => JSON.stringify(one.world.book.save());
    expect(text(again)).toBe(text(simulator));
    const plain = await startSimulator({ clock: () => new Date(noon) });
    plain.world.book.restore(JSON.parse(text(simulator)));
    expect(plain.world.book.past().days.length).toBe(pastDays);
    await again.close();
    await plain.close();
  });
});

describe('the simulated Flex Web Service', () => {
  it('gives the statement of that past by IBKR’s protocol, and refuses as IBKR does', async () => {
    const service = await startFlexService(simulator.world, 0);
    const ask = async (request: string, t: string, q: string) =>
      (await fetch(`${service.url}/${request}?${new URLSearchParams({ t, q, v: '3' })}`)).text();
    expect(await ask('SendRequest', 'wrong', flexQuery)).toContain('<ErrorCode>1015</ErrorCode>');
    expect(await ask('SendRequest', flexToken, '1')).toContain('<ErrorCode>1014</ErrorCode>');
    expect(await ask('GetStatement', flexToken, '1')).toContain('<ErrorCode>1017</ErrorCode>');
    const reference = /<ReferenceCode>(\d+)</.exec(await ask('SendRequest', flexToken, flexQuery))?.[1] ?? '';
    const statement = await ask('GetStatement', flexToken, reference);
    await service.close();
    const { days, trades } = simulator.world.book.past();
    const last = days.at(-1);
    expect(statement).toContain(`fromDate="${dayOf(opened)}" toDate="${dayOf(opened + pastDays - 1)}"`);
    expect(statement).toContain(`total="${last?.valuation.base.netLiquidation.toFixed()}"`);
    const ended = simulator.world.zone.instant(opened + pastDays, 0);
    expect(statement.match(/<Trade /g)).toHaveLength(trades.filter(({ trade }) => trade.time < ended).length);
    expect(statement.match(/<OpenPosition /g)).toHaveLength(last?.valuation.holdings.length ?? 0);
    expect(statement).toMatch(/<CashTransaction [^>]*type="Dividends"/);
    expect(statement).toMatch(/<CashTransaction [^>]*type="Broker Interest Received"/);
  });
});
