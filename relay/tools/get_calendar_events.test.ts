import { OrderAction, OrderType, SecType } from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { getCalendarEvents } from '../../shared/tools/get_calendar_events.ts';
import { getQuotes } from '../../shared/tools/get_quotes.ts';
import { researchSettings } from '../../simulator/research/settings.ts';
import { failure, TestRelay } from '../../test/support/relay.ts';
import { TestClient } from '../../test/support/simulator/client.ts';

const accounts = ['DU1000001', 'DU1000002'];
let relay: TestRelay;

beforeEach(async () => {
  relay = await TestRelay.start({ clock: () => new Date('2026-11-20T17:00:00Z'), accounts });
});

afterEach(() => relay.stop());

const read = (args: object) => relay.read(getCalendarEvents, args);
const refused = (args: object) => failure(relay.call('get_calendar_events', args));

/** Somebody else's program buys a stock. */
async function buy(symbol: string, account: string): Promise<void> {
  const trader = await TestClient.ready(relay.sim.port, 99);
  const stock = { symbol, secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
  trader.api.placeOrder(1, stock, {
    action: OrderAction.BUY,
    orderType: OrderType.MKT,
    totalQuantity: 10,
    account,
    transmit: true,
  });
  await vi.waitFor(() => {
    relay.sim.advanceClock(100);
    expect(trader.events.some(({ args: [of, status] }) => of === 1 && status === 'Filled')).toBe(true);
  });
  trader.disconnect();
}

describe('get_calendar_events', () => {
  it('has what is coming for a company, in order', async () => {
    const { events, untrustedContent, note } = await read({ contracts: ['AAPL'] });
    expect(untrustedContent).toBe(true);
    expect(note).toBeUndefined();
    const dates = events.map(({ date }) => date);
    expect(dates).toEqual([...dates].sort());
    expect(dates.every((date) => date >= '2026-11-20' && date <= '2027-02-18')).toBe(true);
    expect(events.map(({ type }) => type)).toContain('Earnings Date');
    for (const event of events) expect(event).toMatchObject({ conId: 265598, contract: 'AAPL' });
    const dividend = events.find(({ type }) => type.includes('Dividend'));
    expect(dividend?.details).toMatchObject({ dividend_oc: expect.any(Number), ex_div_date: dividend?.date });
  });

  it('looks for types by words, or by their tags, within dates', async () => {
    const asked = { contracts: ['AAPL', 'IBM'], start: '2026-01-01', end: '2026-12-31' };
    const { events } = await read({ ...asked, types: ['dividends'], limit: 100 });
    expect(new Set(events.map(({ contract }) => contract))).toEqual(new Set(['AAPL', 'IBM']));
    expect(events.length).toBe(8);
    expect(new Set(events.map(({ type }) => type))).toEqual(new Set(['WSHE Dividend']));
    expect((await read({ ...asked, types: ['wshe_div'], limit: 100 })).events).toEqual(events);
    expect(await refused({ ...asked, types: ['weddings'] })).toMatchObject({
      code: 'invalid_arguments',
      nextStep: expect.stringContaining('Earnings Date'),
    });
  });

  it.each([1, 2, 5])('has every event once on pages of %d, also where a day has more than fit', async (limit) => {
    const asked = { contracts: ['AAPL', 'SHEL.GBP', 'MSFT'], start: '2026-01-01', end: '2026-06-30' };
    const all = await read({ ...asked, limit: 100 });
    expect(all).not.toHaveProperty('next');
    const busiest = Math.max(...[...Map.groupBy(all.events, ({ date }) => date).values()].map((day) => day.length));
    expect(busiest).toBeGreaterThan(2);
    const paged: object[] = [];
    let page = await read({ ...asked, limit });
    for (; page.next; page = await read({ ...asked, limit, cursor: page.next })) {
      expect(page.events).toHaveLength(limit);
      paged.push(...page.events);
    }
    expect([...paged, ...page.events]).toEqual(all.events);
    const { next } = await read({ ...asked, limit });
    expect(await refused({ ...asked, contracts: ['AAPL'], cursor: next })).toMatchObject({ code: 'invalid_arguments' });
  });

  it('has more events than IB gives in one answer', async () => {
    const asked = { contracts: ['AAPL', 'IBM', 'MSFT', 'KO'], start: '2026-01-01', end: '2026-12-31', limit: 100 };
    const events: { date: string }[] = [];
    let page = await read(asked);
    for (; page.next; page = await read({ ...asked, cursor: page.next })) events.push(...page.events);
    events.push(...page.events);
    expect(events.length).toBeGreaterThan(100);
    expect(new Set(events.map((event) => JSON.stringify(event))).size).toBe(events.length);
    expect(events.map(({ date }) => date)).toEqual(events.map(({ date }) => date).sort());
  });

  it('has the stocks that are held, of the accounts that may be read', async () => {
    const contracts = async (args: object) => {
      const { events } = await read({ held: true, limit: 100, ...args });
      return new Set(events.map(({ contract }) => contract));
    };
    await buy('NVDA', 'DU1000002');
    expect(await contracts({})).toContain('NVDA');
    expect(await contracts({ account: 'DU1000002' })).toContain('NVDA');
    const first = await contracts({ account: 'DU1000001' });
    expect(first).toContain('AAPL');
    expect(first).not.toContain('NVDA');
    relay.config = { allowedAccounts: ['DU1000001'] };
    expect(await contracts({})).toEqual(first);
    expect(await refused({ held: true, account: 'DU1000002' })).toMatchObject({ code: 'account_not_found' });
    const asked = relay.received('reqWshEventData');
    expect(asked.map(({ fields }) => fields.fillPortfolio)).toEqual(asked.map(() => '0'));
  });

  describe('what dividends bring', () => {
    const asked = { held: true, types: ['dividends'], limit: 100 };
    const of = <Row extends { contract: string }>(events: readonly Row[], contract: string) =>
      events.filter((event) => event.contract === contract);

    it('is the quantity by the amount of a share, of funds by their quotes, and what a short pays', async () => {
      const told = await read({ ...asked, account: 'DU1000001', end: '2027-03-31' });
      expect(told.events.map(({ date }) => date)).toEqual(told.events.map(({ date }) => date).sort());
      const [spy, ...more] = of(told.events, 'SPY');
      expect(more).toEqual([]);
      expect(spy).toMatchObject({ quantity: 40, currency: 'USD', perShare: 1.95, amount: 78, source: 'quotes' });
      expect(told.note).toContain('Of SPY only the next');
      const next = await relay.read(getQuotes, { contracts: ['SPY'], fields: 'fundamentals' });
      expect(spy).toMatchObject({ date: next.quotes[0].dividends.nextDate });
      const [short] = of(told.events, 'KO');
      expect(short).toMatchObject({ quantity: -200, amount: -200 * Number(short?.perShare) });
      expect(short).not.toHaveProperty('source');
      expect(of(told.events, 'SHEL.GBP')[0]).toMatchObject({ quantity: 300, currency: 'GBP' });
      const usd = told.events.filter(({ currency }) => currency === 'USD').reduce((sum, { amount }) => sum + amount, 0);
      const paid = of(told.events, 'KO').reduce((sum, { amount }) => sum - amount, 0);
      const total = told.totals.find(({ currency }) => currency === 'USD');
      expect(total?.amount).toBeCloseTo(usd, 8);
      expect(total?.youPay).toBeCloseTo(paid, 8);
      const text = getCalendarEvents.render(told as never);
      expect(text).toContain('held 40 × 1.95 = 78 USD');
      expect(text).toMatch(/held -200 .* you pay/);
    });

    it('is told of each account, and together', async () => {
      const { events } = await read(asked);
      expect(of(events, 'AAPL')[0]).toMatchObject({
        quantity: 150,
        accounts: [
          { account: 'DU1000001', quantity: 100 },
          { account: 'DU1000002', quantity: 50 },
        ],
      });
      const [apple] = events.filter(({ contract }) => contract === 'AAPL');
      const parts = apple?.accounts.reduce((sum, { amount }) => sum + amount, 0);
      expect(parts).toBeCloseTo(Number(apple?.amount), 8);
    });

    it('is the same in total on every page, with every row once', async () => {
      const all = await read(asked);
      const rows: object[] = [];
      let page = await read({ ...asked, limit: 1 });
      for (; page.next; page = await read({ ...asked, limit: 1, cursor: page.next })) {
        expect(page.totals).toEqual(all.totals);
        rows.push(...page.events);
      }
      expect([...rows, ...page.events]).toEqual(all.events);
    });

    it('is still to come until it is paid, and is nothing afterwards', async () => {
      const [apple] = of(
        (await read({ contracts: ['AAPL'], types: ['dividend'], start: '2026-11-01' })).events,
        'AAPL',
      );
      expect(apple).toMatchObject({ date: '2026-11-10', details: { pay_date: '2026-11-27' } });
      expect(apple).not.toHaveProperty('amount');
      const told = await read({ ...asked, account: 'DU1000001' });
      expect(of(told.events, 'AAPL')[0]).toMatchObject({ date: '2026-11-27', quantity: 100, amount: 26 });
      expect(told.note).toContain('today’s quantity');
      const past = await read({ ...asked, start: '2026-08-01', end: '2026-09-30' });
      expect(past.events.length).toBeGreaterThan(0);
      for (const event of past.events) expect(event).not.toHaveProperty('amount');
      expect(past.totals).toBeUndefined();
    });

    it('comes from quotes where the calendar is not subscribed, and says so', async () => {
      researchSettings(relay.sim.world).wsh = 'unsubscribed';
      const { events, note } = await read({ ...asked, end: '2027-03-31' });
      expect(new Set(events.map(({ source }) => source))).toEqual(new Set(['quotes']));
      expect(of(events, 'AAPL')[0]).toMatchObject({ quantity: 150 });
      expect(note).toContain('calendar is closed');
      expect(await refused({ held: true, types: ['earnings'] })).toMatchObject({ code: 'not_subscribed' });
    });

    it('is not known where neither tells of it, which is said', async () => {
      await buy('NVDA', 'DU1000002');
      relay.sim.addRule({
        on: 'in',
        message: 'reqMktData',
        do: 'error',
        code: 354,
        text: 'Not subscribed.',
        times: 100,
      });
      const { note } = await read({ ...asked, end: '2026-11-21' });
      expect(note).toMatch(/Neither .*SPY/);
    });
  });

  it('answers many callers, one after the other', async () => {
    const answers = await Promise.all(
      ['AAPL', 'IBM', 'MSFT', 'KO'].map(async (name) => (await read({ contracts: [name] })).events),
    );
    for (const events of answers) expect(events.length).toBeGreaterThan(0);
    expect(relay.received('reqWshMetaData')).toHaveLength(1);
  });

  it('goes on with the others when a caller leaves or a company does not exist', async () => {
    relay.sim.addRule({ on: 'in', message: 'reqWshEventData', do: 'ignore' });
    const leaving = new AbortController();
    const left = failure(relay.call('get_calendar_events', { contracts: ['AAPL'] }, { signal: leaving.signal }));
    await expect.poll(() => relay.received('reqWshEventData').length).toBe(1);
    leaving.abort();
    expect(await left).toMatchObject({ code: 'cancelled' });
    const { events, errors } = await read({ contracts: ['IBM', 'NOSUCHCO'] });
    expect(events.length).toBeGreaterThan(0);
    expect(errors).toMatchObject([{ contract: 'NOSUCHCO', code: 'contract_not_found' }]);
    expect(await refused({ contracts: ['NOSUCHCO'] })).toMatchObject({ code: 'contract_not_found' });
  });

  it('opens the calendar again when the gateway has forgotten it, and after a reconnect', async () => {
    const { events } = await read({ contracts: ['AAPL'] });
    relay.sim.addRule({ on: 'in', message: 'reqWshEventData', do: 'error', code: 10282, text: 'Not requested.' });
    expect((await read({ contracts: ['AAPL'] })).events).toEqual(events);
    expect(relay.received('reqWshMetaData')).toHaveLength(2);
    relay.sim.dropConnections();
    await vi.waitFor(() => expect(relay.gateway.status().gateway.state).not.toBe('ready'), { interval: 2 });
    await vi.waitFor(() => expect(relay.gateway.status().gateway.state).toBe('ready'), { interval: 5, timeout: 5_000 });
    expect((await read({ contracts: ['AAPL'] })).events).toEqual(events);
    expect(relay.received('reqWshMetaData')).toHaveLength(3);
  });

  it.each([
    ['notOffered', 10276],
    ['unsubscribed', 10277],
  ] as const)('says what to do where the calendar is %s', async (access, ibCode) => {
    researchSettings(relay.sim.world).wsh = access;
    expect(await refused({ contracts: ['AAPL'] })).toMatchObject({
      code: 'not_subscribed',
      ibCode,
      nextStep: expect.stringContaining('Client Portal'),
    });
    researchSettings(relay.sim.world).wsh = 'subscribed';
    expect((await read({ contracts: ['AAPL'] })).events.length).toBeGreaterThan(0);
  });

  it('lists the types there are', async () => {
    const { types, events } = await read({ show: 'types' });
    expect(events).toEqual([]);
    expect(types).toMatchObject({ wshe_ed: 'Earnings Date' });
    const first = await read({ show: 'types', limit: 5 });
    const rest = await read({ show: 'types', limit: 100, cursor: first.next });
    expect({ ...first.types, ...rest.types }).toEqual(types);
    expect(Object.keys(rest.types)).toHaveLength(Object.keys(types).length - 5);
    expect(await refused({ show: 'types', contracts: ['AAPL'] })).toMatchObject({ code: 'invalid_arguments' });
  });

  it('explains wrong arguments', async () => {
    expect(await refused({})).toMatchObject({ code: 'invalid_arguments', nextStep: expect.stringContaining('held') });
    expect(await refused({ contracts: ['AAPL'], start: '2026-12-01', end: '2026-11-01' })).toMatchObject({
      code: 'invalid_arguments',
    });
    expect(await refused({ contracts: ['AAPL'], account: 'DU1000001' })).toMatchObject({ code: 'invalid_arguments' });
  });
});
