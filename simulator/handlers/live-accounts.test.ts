import { Decimal } from 'decimal.js';
import { beforeEach, describe, expect, it } from 'vitest';
import { fridayNoon } from '../../test/support/simulator/client.ts';
import { createAccountBook } from '../accounts/account-book.ts';
import { createSchedules } from '../market/exchanges.ts';
import { aapl, listings } from '../market/listings.ts';
import { PriceModel } from '../market/prices.ts';
import { Zone } from '../market/zone.ts';
import { clientRequests, Request, type RequestName } from '../protocol/requests.ts';
import type { ClientSession } from '../session/client-session.ts';
import { Subscriptions } from '../session/subscriptions.ts';
import { silent } from '../world/logger.ts';
import type { World } from '../world/world.ts';
import type { Context } from './handler.ts';
import { handlers } from './index.ts';

const paper = 'DU1234567';
const minuteMs = 60_000;
const nvda = listings.find(({ symbol }) => symbol === 'NVDA') ?? aapl;

interface Sent {
  readonly name: string;
  readonly values: Readonly<Record<string, string | number>>;
}

/** A world with one client whose messages are looked at before they become bytes. */
class Desk {
  readonly sent: Sent[] = [];
  readonly world: World;
  readonly #subscriptions = new Subscriptions();
  readonly #context: Context;
  #now = fridayNoon;
  #ticks = 0;
  #trades = 0;

  constructor(accounts: readonly string[] = [paper]) {
    const model = new PriceModel(1, createSchedules());
    const zone = new Zone('US/Eastern');
    const book = createAccountBook({ accounts, model, today: zone.day(fridayNoon) });
    // All of the world that accounts are about.
    this.world = {
      now: () => this.#now,
      today: () => zone.day(this.#now),
      zone,
      model,
      book,
      get accounts() {
        return book.accounts;
      },
    } as unknown as World;
    const session = {
      subscriptions: this.#subscriptions,
      congested: false,
      clientId: 1,
      send: (name: string, values: Sent['values']) => this.sent.push({ name, values }),
      sendError: (reqId: number, code: number) => this.sent.push({ name: 'error', values: { reqId, code } }),
    } as unknown as ClientSession;
    this.#context = {
      session,
      world: this.world,
      log: silent,
      sessions: () => [session],
      sendNextValidId: () => {},
      subscribe: (subscription) => this.#subscriptions.add(subscription, this.#ticks),
    };
  }

  /** What the request is answered with at once. */
  ask(name: RequestName, values: Readonly<Record<string, string>> = {}): Sent[] {
    if (!(name in clientRequests)) throw new Error(`${name} is no request`);
    const handler = handlers[name] as ((context: Context, request: Request) => void) | undefined;
    if (!handler) throw new Error(`${name} is not answered`);
    return this.#during(() => handler(this.#context, new Request(name, { values, rows: {} })));
  }

  /** What is sent on the next look of the gateway, so much later. */
  later(milliseconds = 250): Sent[] {
    this.#now += milliseconds;
    this.#ticks += milliseconds;
    return this.#during(() => this.#subscriptions.update(this.#ticks, this.#now));
  }

  trade(side: 'BUY' | 'SELL', quantity: string, price: number, instrument = aapl): void {
    this.#trades += 1;
    this.world.book.book({
      execId: `e${this.#trades}`,
      account: paper,
      instrument,
      side,
      quantity: new Decimal(quantity),
      price,
      commission: new Decimal(1),
      time: this.#now,
    });
  }

  #during(act: () => void): Sent[] {
    const before = this.sent.length;
    act();
    return this.sent.slice(before);
  }
}

const named = (sent: readonly Sent[], name: string): Sent['values'][] =>
  sent.filter((message) => message.name === name).map(({ values }) => values);

let desk: Desk;
beforeEach(() => {
  desk = new Desk();
});

describe('positions', () => {
  it.each([
    ['position', 'reqPositions', {}],
    ['positionMulti', 'reqPositionsMulti', { reqId: '4', account: paper, modelCode: '' }],
  ] as const)('of %s are told when they change, and once more when they are closed', (message, request, values) => {
    desk.ask(request, values);
    expect(desk.later()).toEqual([]);
    desk.trade('BUY', '10', 250);
    expect(named(desk.later(), message)).toMatchObject([{ symbol: 'AAPL', position: '110' }]);
    expect(desk.later()).toEqual([]);
    desk.trade('SELL', '110', 251);
    expect(named(desk.later(), message)).toMatchObject([
      { symbol: 'AAPL', position: '0', averageCost: new Decimal(0) },
    ]);
    expect(desk.later(minuteMs)).toEqual([]);
    desk.trade('SELL', '5', 251);
    expect(named(desk.later(), message)).toMatchObject([
      { symbol: 'AAPL', position: '-5', averageCost: new Decimal('250.8') },
    ]);
  });

  it('are not told any more once cancelled', () => {
    desk.ask('reqPositions');
    desk.ask('cancelPositions');
    desk.trade('BUY', '10', 250);
    expect(desk.later()).toEqual([]);
  });
});

describe('account updates', () => {
  it('follow a trade at once, with what has changed and nothing else', () => {
    desk.ask('reqAccountUpdates', { subscribe: '1', account: paper });
    desk.trade('SELL', '50', 250);
    const sent = desk.later(0);
    expect(named(sent, 'portfolioValue')).toMatchObject([{ symbol: 'AAPL', position: '50' }]);
    const values = named(sent, 'accountValue').map(({ key, currency }) => `${key} ${currency}`);
    expect(values).toEqual(expect.arrayContaining(['TotalCashValue USD', 'RealizedPnL USD', 'RealizedPnL BASE']));
    expect(values).not.toContain('AccountType ');
    expect(values).not.toContain('CashBalance EUR');
    expect(named(sent, 'accountUpdateTime')).toHaveLength(1);
    expect(named(sent, 'accountDownloadEnd')).toEqual([]);
  });

  it('show what was closed today with what it brought', () => {
    desk.trade('BUY', '10', 100, nvda);
    desk.trade('SELL', '10', 103, nvda);
    const rows = named(desk.ask('reqAccountUpdates', { subscribe: '1', account: paper }), 'portfolioValue');
    expect(rows.find(({ symbol }) => symbol === 'NVDA')).toMatchObject({ position: '0', realizedPnl: new Decimal(28) });
  });

  it('come every three minutes when only prices move', () => {
    desk.ask('reqAccountUpdates', { subscribe: '1', account: paper });
    expect(desk.later(2 * minuteMs)).toEqual([]);
    expect(named(desk.later(minuteMs), 'accountUpdateTime')).toEqual([{ time: '12:03' }]);
  });
});

describe('summaries', () => {
  it('follow a trade at once and prices every three minutes', () => {
    const tags = 'TotalCashValue,NetLiquidation,AccountType';
    desk.ask('reqAccountSummary', { reqId: '3', group: 'All', tags });
    expect(desk.later()).toEqual([]);
    desk.trade('SELL', '50', 250);
    const told = named(desk.later(0), 'accountSummary').map(({ tag }) => tag);
    expect(told).toContain('TotalCashValue');
    expect(told).not.toContain('AccountType');
    const refreshed = named(desk.later(3 * minuteMs), 'accountSummary').map(({ tag }) => tag);
    expect(refreshed).toContain('NetLiquidation');
    expect(refreshed).not.toContain('AccountType');
  });

  it('do not take the same id twice', () => {
    desk.ask('reqAccountSummary', { reqId: '3', group: 'All', tags: 'NetLiquidation' });
    const again = desk.ask('reqAccountSummary', { reqId: '3', group: 'All', tags: 'NetLiquidation' });
    expect(again).toEqual([{ name: 'error', values: { reqId: 3, code: 322 } }]);
  });
});

describe('profit and loss', () => {
  const money = (values: Sent['values'] | undefined, name: string) => new Decimal(values?.[name] ?? Number.NaN);

  it('realizes what a trade has brought, and counts its commission today', () => {
    const [before] = named(desk.ask('reqPnL', { reqId: '1', account: paper, modelCode: '' }), 'pnl');
    desk.trade('BUY', '10', 100, nvda);
    desk.trade('SELL', '10', 103, nvda);
    const again = named(desk.ask('reqPnL', { reqId: '2', account: paper, modelCode: '' }), 'pnl')[0];
    expect(money(again, 'realizedPnl').minus(money(before, 'realizedPnl')).toNumber()).toBe(28);
    expect(money(again, 'dailyPnl').minus(money(before, 'dailyPnl')).toNumber()).toBe(28);
    expect(money(again, 'unrealizedPnl')).toEqual(money(before, 'unrealizedPnl'));
  });

  it('of single positions appears when the first trade does', () => {
    const single = { reqId: '5', account: paper, modelCode: '', conId: String(nvda.conId) };
    const [nothing] = named(desk.ask('reqPnLSingle', single), 'pnlSingle');
    expect(nothing).toMatchObject({ position: '0', dailyPnl: Number.MAX_VALUE });
    expect(desk.later(1000)).toEqual([]);
    desk.trade('BUY', '10', 100, nvda);
    expect(named(desk.later(1000), 'pnlSingle')).toMatchObject([{ position: '10', realizedPnl: new Decimal(0) }]);
    desk.trade('SELL', '10', 103, nvda);
    expect(named(desk.later(1000), 'pnlSingle')).toMatchObject([
      { position: '0', realizedPnl: new Decimal(28), value: new Decimal(0) },
    ]);
  });

  it('starts again at zero when the day has ended', () => {
    desk.trade('BUY', '10', 100, nvda);
    desk.trade('SELL', '10', 103, nvda);
    desk.world.book.rollDay(desk.world.today());
    const [row] = named(desk.ask('reqPnL', { reqId: '1', account: paper, modelCode: '' }), 'pnl');
    expect(money(row, 'realizedPnl').toNumber()).toBe(0);
  });
});
