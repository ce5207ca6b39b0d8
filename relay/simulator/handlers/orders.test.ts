import {
  ConjunctionConnection,
  type Contract,
  EventName,
  type Execution,
  type OptionExerciseAction,
  type Order,
  OrderAction,
  type OrderState,
  OrderType,
  PriceCondition,
  SecType,
  TimeCondition,
  TimeInForce,
} from '@stoqey/ib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { sampleOrder } from '../orders/sample-order.ts';
import { gatewayWithClient, type Pair, TestClient } from '../test-client.ts';

const AAPL: Contract = { symbol: 'AAPL', secType: SecType.STK, exchange: 'SMART', currency: 'USD' };
const MSFT: Contract = { ...AAPL, symbol: 'MSFT' };
const AAPL_CON_ID = 265598;
const MSFT_CON_ID = 272093;

let pair: Pair;
let others: TestClient[];
beforeEach(async () => {
  others = [];
  pair = await gatewayWithClient({ masterClientId: 9 });
});
afterEach(async () => {
  for (const client of [pair.client, ...others]) {
    expect(client.errors().filter(({ code }) => code === 505)).toEqual([]);
  }
  for (const client of others) client.disconnect();
  await pair.close();
});

async function another(clientId: number): Promise<TestClient> {
  const client = await TestClient.ready(pair.gateway.port, clientId);
  others.push(client);
  return client;
}

const market: Order = { action: OrderAction.BUY, orderType: OrderType.MKT, totalQuantity: 10, transmit: true };
/** Far below the market: it rests. */
const resting: Order = { ...market, orderType: OrderType.LMT, lmtPrice: 20 };

/** Places an order and waits until it has a state. */
async function place(client: TestClient, orderId: number, order: Order, contract = AAPL): Promise<void> {
  client.api.placeOrder(orderId, contract, order);
  await client.until(EventName.orderStatus, (id) => id === orderId);
}

const reaches = (client: TestClient, orderId: number, status: string) =>
  client.until(EventName.orderStatus, (id, state) => id === orderId && state === status);

/** Every state of an order that a client was told, in order and without repetitions. */
function states(client: TestClient, orderId: number): string[] {
  const told = client.all(EventName.orderStatus).filter(([id]) => id === orderId);
  return told.map(([, status]) => status as string).filter((status, index, all) => status !== all[index - 1]);
}

/** The last openOrder message about an order. */
function lastOrder(client: TestClient, orderId: number): { contract: Contract; order: Order; state: OrderState } {
  const [, contract, order, state] = client.all(EventName.openOrder).findLast(([id]) => id === orderId) ?? [];
  return { contract, order, state } as { contract: Contract; order: Order; state: OrderState };
}

/** What an answer to a list request consisted of, from a mark in the client's events on. */
async function answerTo(
  client: TestClient,
  ask: () => void,
  end: EventName,
): Promise<readonly { name: string; args: readonly unknown[] }[]> {
  const mark = client.events.length;
  const before = client.all(end).length;
  ask();
  await client.until(end, () => client.all(end).length > before);
  return client.events.slice(mark);
}

describe('a market order', () => {
  it('is told, filled, reported and charged, in the order of a genuine gateway', async () => {
    const { client } = pair;
    client.api.placeOrder(1, AAPL, market);
    await client.until(EventName.commissionReport);
    const told = client.events
      .filter(({ name }) => ['openOrder', 'orderStatus', 'execDetails', 'commissionReport'].includes(name))
      .map(({ name, args }) => {
        if (name === 'openOrder') return `openOrder ${(args[3] as OrderState).status}`;
        return name === 'orderStatus' ? `orderStatus ${args[1]}` : name;
      });
    const fill = told.indexOf('execDetails');
    expect(told.slice(fill - 2, fill)).toEqual(['openOrder Submitted', 'orderStatus Submitted']);
    expect(told.slice(fill)).toEqual([
      'execDetails',
      'openOrder Filled',
      'orderStatus Filled',
      'openOrder Filled',
      'orderStatus Filled',
      'commissionReport',
    ]);
    const [reqId, contract, execution] = (await client.until(EventName.execDetails)) as [number, Contract, Execution];
    expect(reqId).toBe(-1);
    expect(contract).toMatchObject({ conId: AAPL_CON_ID, symbol: 'AAPL' });
    expect(execution).toMatchObject({ orderId: 1, clientId: 1, side: 'BOT', shares: 10, cumQty: 10 });
    const [id, , filled, remaining, price, permId] = await reaches(client, 1, 'Filled');
    expect([id, filled, remaining]).toEqual([1, 10, 0]);
    expect(price).toBe(execution.avgPrice);
    expect(permId).toBe(execution.permId);
    const costs = client.all(EventName.openOrder).map(([, , , state]) => (state as OrderState).commission);
    expect(costs.slice(0, -1).every((cost) => cost === undefined)).toBe(true);
    expect(lastOrder(client, 1).state).toMatchObject({ status: 'Filled', commission: 1, commissionCurrency: 'USD' });
  });
});

describe('a limit order', () => {
  it('rests, is changed under its id, and is cancelled with 202', async () => {
    const { client } = pair;
    await place(client, 1, resting);
    client.api.placeOrder(1, AAPL, { ...resting, lmtPrice: 21, totalQuantity: 20 });
    await client.until(EventName.openOrder, (_, __, order) => (order as Order).lmtPrice === 21);
    expect(lastOrder(client, 1).order).toMatchObject({ lmtPrice: 21, totalQuantity: 20 });
    const permIds = new Set(client.all(EventName.openOrder).map(([, , order]) => (order as Order).permId));
    expect(permIds.size).toBe(1);
    client.api.cancelOrder(1);
    expect(await client.error(1)).toEqual({ reqId: 1, code: 202, text: 'Order Canceled - reason:' });
    expect(states(client, 1).at(-1)).toBe('Cancelled');
  });

  it('is held at the gateway until it is transmitted', async () => {
    const { client } = pair;
    client.api.placeOrder(1, AAPL, { ...market, transmit: false });
    client.api.reqOpenOrders();
    await client.until(EventName.openOrderEnd);
    expect(client.all(EventName.execDetails)).toEqual([]);
    client.api.placeOrder(1, AAPL, market);
    await reaches(client, 1, 'Filled');
  });
});

describe('groups of orders', () => {
  const sell = { ...resting, action: OrderAction.SELL, parentId: 1 };
  const target: Order = { ...sell, lmtPrice: 9000, transmit: false };
  const stop: Order = { ...sell, orderType: OrderType.STP, lmtPrice: undefined, auxPrice: 10 };

  function placeBracket(client: TestClient): void {
    client.api.placeOrder(1, AAPL, { ...resting, transmit: false });
    client.api.placeOrder(2, AAPL, target);
    client.api.placeOrder(3, AAPL, stop);
  }

  it('a bracket waits for its parent and goes with it', async () => {
    const { client } = pair;
    placeBracket(client);
    const waits = (id: unknown, why: unknown): boolean => id === 3 && why === 'child,trigger';
    const [, , , , , , parentId] = await client.until(EventName.orderStatus, (id, ...rest) => waits(id, rest[8]));
    expect(parentId).toBe(1);
    expect(states(client, 1).at(-1)).toBe('Submitted');
    expect(states(client, 2)).toEqual(['PreSubmitted']);
    client.api.cancelOrder(1);
    for (const id of [1, 2, 3]) await reaches(client, id, 'Cancelled');
  });

  it('a bracket whose parent is filled works, and one child ends the other', async () => {
    const { client } = pair;
    placeBracket(client);
    await client.until(EventName.orderStatus, (id) => id === 3);
    const { order } = lastOrder(client, 2);
    expect(order.ocaGroup).toBe(String(lastOrder(client, 1).order.permId));
    client.api.placeOrder(1, AAPL, market);
    const [, , , , price] = await reaches(client, 1, 'Filled');
    await reaches(client, 2, 'Submitted');
    // As the gateway told it, with the group that the gateway named.
    client.api.placeOrder(2, AAPL, { ...order, lmtPrice: Math.floor(price as number) - 1, transmit: true });
    await reaches(client, 2, 'Filled');
    await reaches(client, 3, 'Cancelled');
  });

  it('a fill in an OCA group cancels the others', async () => {
    const { client } = pair;
    const group = { ocaGroup: 'one', ocaType: 1 };
    await place(client, 1, { ...resting, ...group });
    await place(client, 2, { ...market, ...group }, MSFT);
    await reaches(client, 2, 'Filled');
    await reaches(client, 1, 'Cancelled');
  });

  it('a combination is filled leg by leg', async () => {
    const { client } = pair;
    const combo: Contract = {
      symbol: 'AAPL,MSFT',
      secType: SecType.BAG,
      exchange: 'SMART',
      currency: 'USD',
      comboLegs: [
        { conId: AAPL_CON_ID, ratio: 1, action: OrderAction.BUY, exchange: 'SMART' },
        { conId: MSFT_CON_ID, ratio: 1, action: OrderAction.SELL, exchange: 'SMART' },
      ],
    };
    client.api.placeOrder(1, combo, { ...market, totalQuantity: 1 });
    await reaches(client, 1, 'Filled');
    const traded = client.all(EventName.execDetails).map(([, contract]) => (contract as Contract).secType);
    expect(traded.sort()).toEqual(['BAG', 'STK', 'STK']);
    expect(lastOrder(client, 1).contract).toMatchObject({ secType: 'BAG', comboLegs: combo.comboLegs });
  });

  it('conditions come back as they were sent', async () => {
    const { client } = pair;
    const conditions = [
      new PriceCondition(9000, 0, AAPL_CON_ID, 'SMART', true, ConjunctionConnection.AND),
      new TimeCondition('20261231 12:00:00 US/Eastern', true, ConjunctionConnection.AND),
    ];
    await place(client, 1, { ...market, conditions, conditionsIgnoreRth: true });
    expect(lastOrder(client, 1).order).toMatchObject({ conditions, conditionsIgnoreRth: true });
    expect(states(client, 1)).toEqual(['PreSubmitted']);
  });
});

describe('a what-if order', () => {
  it('is answered by one open order without a state, and exists nowhere', async () => {
    const { client } = pair;
    client.api.placeOrder(1, AAPL, { ...market, whatIf: true });
    const [, , order, state] = (await client.until(EventName.openOrder)) as [number, Contract, Order, OrderState];
    expect(order.whatIf).toBe(true);
    expect(state).toMatchObject({ status: 'PreSubmitted', commission: 1, commissionCurrency: 'USD' });
    const { initMarginBefore = 0, initMarginChange = 0, initMarginAfter = 0 } = state;
    expect(initMarginAfter).toBeGreaterThan(initMarginBefore);
    expect(initMarginChange).toBeCloseTo(initMarginAfter - initMarginBefore, 2);
    const list = await answerTo(client, () => client.api.reqAllOpenOrders(), EventName.openOrderEnd);
    expect(list.map(({ name }) => name)).toEqual([EventName.openOrderEnd]);
    expect(client.all(EventName.openOrder)).toHaveLength(1);
    expect(client.all(EventName.orderStatus)).toEqual([]);
  });
});

describe('several clients', () => {
  it('have ids and orders of their own; the master client sees all of them', async () => {
    const { client } = pair;
    const [second, master] = [await another(2), await another(9)];
    await place(client, 1, resting);
    await place(second, 1, { ...resting, orderRef: 'second' });
    expect(lastOrder(client, 1).order.orderRef).not.toBe('second');
    expect(second.all(EventName.openOrder).every(([, , order]) => (order as Order).clientId === 2)).toBe(true);
    const seen = () => new Set(master.all(EventName.openOrder).map(([, , order]) => (order as Order).clientId));
    await master.until(EventName.openOrder, () => seen().size === 2);
    for (const [who, ask, count] of [
      [client, 'reqOpenOrders', 1],
      [client, 'reqAllOpenOrders', 2],
      [master, 'reqOpenOrders', 0],
    ] as const) {
      const list = await answerTo(who, () => who.api[ask](), EventName.openOrderEnd);
      expect(list.filter(({ name }) => name === EventName.openOrder)).toHaveLength(count);
    }
  });

  it('cannot cancel what is not theirs, except all at once', async () => {
    const { client } = pair;
    const second = await another(2);
    await place(client, 4, resting);
    second.api.cancelOrder(4);
    expect(await second.error(4)).toMatchObject({ code: 10147 });
    second.api.reqGlobalCancel();
    await reaches(client, 4, 'Cancelled');
  });

  it('only client 0 can have orders bound that were entered by hand', async () => {
    const { client } = pair;
    client.api.reqAutoOpenOrders(true);
    await client.until(EventName.info, (_, code) => code === 327);
  });
});

describe('an order entered by hand', () => {
  it('is bound to client 0, which can change and cancel it; others see it without an id', async () => {
    const { client, gateway } = pair;
    const zero = await another(0);
    zero.api.reqAutoOpenOrders(true);
    zero.api.reqCurrentTime();
    await zero.until(EventName.currentTime);
    const { exchange } = gateway.world;
    const instrument = gateway.world.catalogue.byConId(AAPL_CON_ID, gateway.world.today());
    if (!instrument) throw new Error('the listings have changed');
    const legs = [{ instrument, ratio: 1, side: 'BUY', exchange: 'SMART' }] as const;
    const byHand = exchange.scripts.enterByHand({
      ...sampleOrder().terms,
      legs,
      account: 'DU1234567',
      limitPrice: 200,
    });
    const bound = await zero.until(EventName.orderBound);
    expect(bound).toEqual([byHand.permId, 0, -1]);
    expect(lastOrder(zero, -1).order).toMatchObject({ permId: byHand.permId, clientId: 0, lmtPrice: 200 });
    zero.api.placeOrder(-1, AAPL, { ...resting, lmtPrice: 201, totalQuantity: 100 });
    await zero.until(EventName.openOrder, (_, __, order) => (order as Order).lmtPrice === 201);
    zero.api.cancelOrder(-1);
    await reaches(zero, -1, 'Cancelled');
    expect(client.all(EventName.openOrder)).toEqual([]);

    exchange.scripts.enterByHand({ ...sampleOrder().terms, legs, account: 'DU1234567', limitPrice: 190 });
    zero.api.reqAutoOpenOrders(false);
    zero.api.reqIds();
    await zero.until(EventName.nextValidId, () => zero.all(EventName.nextValidId).length === 2);
    expect(zero.all(EventName.nextValidId)).toEqual([[1], [1]]);
    exchange.scripts.enterByHand({ ...sampleOrder().terms, legs, account: 'DU1234567', limitPrice: 180 });
    const list = await answerTo(client, () => client.api.reqAllOpenOrders(), EventName.openOrderEnd);
    const seen = list.filter(({ name }) => name === EventName.openOrder).map(({ args }) => args[0]);
    expect(seen).toEqual([-2, 0]);
  });
});

describe('a client that comes back', () => {
  it('hears of its open orders before anything else, and goes on counting', async () => {
    const { client, gateway } = pair;
    await place(client, 1, { ...resting, tif: TimeInForce.GTC });
    client.disconnect();
    await client.until(EventName.disconnected);
    const again = await TestClient.ready(gateway.port, 1);
    others.push(again);
    const names = again.events.map(({ name }) => name);
    const bootstrap = ['openOrder', 'orderStatus', 'openOrderEnd', 'managedAccounts', 'nextValidId'];
    expect(names.filter((name) => bootstrap.includes(name))).toEqual(bootstrap);
    expect(again.all(EventName.nextValidId)).toEqual([[2]]);
  });

  it('is given the next id above the last one it has used', async () => {
    const { client } = pair;
    await place(client, 41, resting);
    client.api.reqIds();
    await client.until(EventName.nextValidId, (id) => id === 42);
  });
});

describe('lists', () => {
  it('executions pass a filter, each with its commission, and end', async () => {
    const { client } = pair;
    await place(client, 1, market);
    await place(client, 2, { ...market, action: OrderAction.SELL, totalQuantity: 5 }, MSFT);
    await client.until(EventName.commissionReport, () => client.all(EventName.commissionReport).length === 2);
    const ask = async (reqId: number, filter: Record<string, unknown>): Promise<string[]> => {
      client.api.reqExecutions(reqId, filter);
      await client.until(EventName.execDetailsEnd, (id) => id === reqId);
      const rows = client.all(EventName.execDetails).filter(([id]) => id === reqId);
      return rows.map(([, contract]) => String((contract as Contract).symbol));
    };
    expect(await ask(101, {})).toEqual(['AAPL', 'MSFT']);
    expect(await ask(102, { symbol: 'MSFT' })).toEqual(['MSFT']);
    expect(await ask(103, { side: 'BUY' })).toEqual(['AAPL']);
    expect(await ask(104, { clientId: 5 })).toEqual([]);
    expect(await ask(105, { clientId: 1, secType: 'STK', acctCode: 'DU1234567' })).toEqual(['AAPL', 'MSFT']);
    expect(await ask(106, { time: '20261120-23:59:59' })).toEqual([]);
    expect(await ask(107, { time: '20261120 11:00:00' })).toEqual(['AAPL', 'MSFT']);
    expect(client.all(EventName.commissionReport).length).toBe(2 + 2 + 1 + 1 + 2 + 2);
    client.api.reqExecutions(108, { time: 'soon' });
    expect((await client.error(108)).code).toBe(10314);
  });

  it('completed orders say how they ended', async () => {
    const { client } = pair;
    await place(client, 1, market);
    await place(client, 2, resting);
    client.api.cancelOrder(2);
    await reaches(client, 2, 'Cancelled');
    const list = await answerTo(client, () => client.api.reqCompletedOrders(true), EventName.completedOrdersEnd);
    const ends = list
      .filter(({ name }) => name === EventName.completedOrder)
      .map(({ args }) => (args[2] as OrderState).completedStatus);
    expect(ends).toHaveLength(2);
    expect(ends[0]).toMatch(/^Filled Size: 10$/);
    expect(ends[1]).toMatch(/^Cancelled/);
  });
});

describe('exercising options', () => {
  /** The default account holds two calls on AAPL. */
  async function heldOption(client: TestClient): Promise<Contract> {
    client.api.reqPositions();
    await client.until(EventName.positionEnd);
    const [, contract] =
      client.all(EventName.position).find(([, held]) => (held as Contract).secType === SecType.OPT) ?? [];
    return { ...(contract as Contract), exchange: 'SMART' };
  }

  it('lapses what is held, and the position is gone', async () => {
    const { client } = pair;
    const option = await heldOption(client);
    client.api.exerciseOptions(501, option, 2, 2, 'DU1234567', 1);
    await client.until(
      EventName.position,
      (_, contract, size) => (contract as Contract).conId === option.conId && size === 0,
    );
    expect(client.errors()).toEqual([]);
  });

  it.each([
    ['more than is held', {}, 1, 3, 'DU1234567', 201],
    ['for nobody', {}, 1, 1, 'U1', 321],
    ['neither up nor down', {}, 5 as OptionExerciseAction, 1, 'DU1234567', 321],
    ['what does not exist', { conId: 0, strike: 1 }, 1, 1, 'DU1234567', 200],
  ] as const)('is refused: %s', async (_, changes, action, quantity, account, code) => {
    const { client } = pair;
    const option = await heldOption(client);
    client.api.exerciseOptions(501, { ...option, ...changes }, action, quantity, account, 1);
    expect(await client.error(501)).toMatchObject({ code });
  });
});

describe('an order that cannot be', () => {
  it.each([
    [{ ...AAPL, symbol: 'NOSUCH' }, market, 200, /No security definition/],
    [{ symbol: 'AAPL', secType: SecType.OPT, exchange: 'SMART', currency: 'USD' }, market, 200, /ambiguous/],
    [{ symbol: 'AAPL', secType: SecType.STK, currency: 'USD' }, market, 321, /Missing order exchange/],
    [{ ...AAPL, secType: SecType.BAG }, market, 314, /combo leg/],
    [AAPL, { ...market, orderType: 'NONSENSE' as OrderType }, 321, /Invalid order type was entered/],
    [AAPL, { ...market, tif: 'NEVER' as TimeInForce }, 10052, /Invalid time in force:NEVER/],
    [AAPL, { ...resting, tif: TimeInForce.GTD, goodTillDate: 'tomorrow' }, 10314, /time-zone/],
    [AAPL, { ...market, account: 'U1' }, 321, /account/],
    [AAPL, { ...market, totalQuantity: 0 }, 434, /size/],
  ])('is refused with its reason and leaves no trace: %#', async (contract: Contract, order: Order, code, text) => {
    const { client } = pair;
    client.api.placeOrder(1, contract, order);
    const error = await client.error(1);
    expect(error.code).toBe(code);
    expect(error.text).toMatch(text);
    const list = await answerTo(client, () => client.api.reqAllOpenOrders(), EventName.openOrderEnd);
    expect(list.filter(({ name }) => name === EventName.openOrder)).toEqual([]);
  });

  it('is refused under an id that is not above the last one, unless it is a change', async () => {
    const { client } = pair;
    await place(client, 5, resting);
    await place(client, 7, market);
    await reaches(client, 7, 'Filled');
    client.api.placeOrder(6, AAPL, market);
    expect(await client.error(6)).toMatchObject({ code: 103 });
    client.api.placeOrder(7, AAPL, { ...market, totalQuantity: 20 });
    expect(await client.error(7)).toMatchObject({ code: 104 });
    client.api.placeOrder(5, AAPL, { ...resting, lmtPrice: 21 });
    await client.until(EventName.openOrder, (_, __, order) => (order as Order).lmtPrice === 21);
    expect(client.errors().map(({ reqId }) => reqId)).toEqual([6, 7]);
  });

  it('is refused by a gateway that is read-only', async () => {
    await pair.close();
    pair = await gatewayWithClient({ readOnlyApi: true });
    pair.client.api.placeOrder(1, AAPL, market);
    expect(await pair.client.error(1)).toMatchObject({ code: 321, text: expect.stringContaining('Read-Only') });
  });

  it('cannot be cancelled either', async () => {
    pair.client.api.cancelOrder(77);
    expect(await pair.client.error(77)).toMatchObject({ code: 10147 });
  });
});
