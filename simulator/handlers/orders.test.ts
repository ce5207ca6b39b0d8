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
import { gatewayWithClient, type Pair, type TestClient } from '../../test/support/simulator/client.ts';
import {
  aapl,
  aaplConId,
  answerTo,
  lastOrder,
  market,
  msft,
  msftConId,
  place,
  reaches,
  resting,
  states,
} from '../../test/support/simulator/order-client.ts';

let pair: Pair;
beforeEach(async () => {
  pair = await gatewayWithClient();
});
afterEach(async () => {
  expect(pair.client.errors().filter(({ code }) => code === 505)).toEqual([]);
  await pair.close();
});

describe('a market order', () => {
  it('is told, filled, reported and charged, in the order of a genuine gateway', async () => {
    const { client } = pair;
    client.api.placeOrder(1, aapl, market);
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
    expect(contract).toMatchObject({ conId: aaplConId, symbol: 'AAPL' });
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
    client.api.placeOrder(1, aapl, { ...resting, lmtPrice: 21, totalQuantity: 20 });
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
    client.api.placeOrder(1, aapl, { ...market, transmit: false });
    client.api.reqOpenOrders();
    await client.until(EventName.openOrderEnd);
    expect(client.all(EventName.execDetails)).toEqual([]);
    client.api.placeOrder(1, aapl, market);
    await reaches(client, 1, 'Filled');
  });
});

describe('groups of orders', () => {
  const sell = { ...resting, action: OrderAction.SELL, parentId: 1 };
  const target: Order = { ...sell, lmtPrice: 9000, transmit: false };
  const stop: Order = { ...sell, orderType: OrderType.STP, lmtPrice: undefined, auxPrice: 10 };

  function placeBracket(client: TestClient): void {
    client.api.placeOrder(1, aapl, { ...resting, transmit: false });
    client.api.placeOrder(2, aapl, target);
    client.api.placeOrder(3, aapl, stop);
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
    client.api.placeOrder(1, aapl, market);
    const [, , , , price] = await reaches(client, 1, 'Filled');
    await reaches(client, 2, 'Submitted');
    // As the gateway told it, with the group that the gateway named.
    client.api.placeOrder(2, aapl, { ...order, lmtPrice: Math.floor(price as number) - 1, transmit: true });
    await reaches(client, 2, 'Filled');
    await reaches(client, 3, 'Cancelled');
  });

  it('a fill in an OCA group cancels the others', async () => {
    const { client } = pair;
    const group = { ocaGroup: 'one', ocaType: 1 };
    await place(client, 1, { ...resting, ...group });
    await place(client, 2, { ...market, ...group }, msft);
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
        { conId: aaplConId, ratio: 1, action: OrderAction.BUY, exchange: 'SMART' },
        { conId: msftConId, ratio: 1, action: OrderAction.SELL, exchange: 'SMART' },
      ],
    };
    client.api.placeOrder(1, combo, { ...market, totalQuantity: 1 });
    await reaches(client, 1, 'Filled');
    const traded = client.all(EventName.execDetails).map(([, contract]) => (contract as Contract).secType);
    expect(traded.sort()).toEqual(['BAG', 'STK', 'STK']);
    client.api.reqExecutions(77, {});
    await client.until(EventName.execDetailsEnd);
    const answer = client.events.slice(client.events.findIndex(({ args }) => args[0] === 77));
    expect(answer.map(({ name }) => name)).toEqual([
      EventName.execDetails,
      EventName.execDetails,
      EventName.commissionReport,
      EventName.execDetails,
      EventName.commissionReport,
      EventName.execDetailsEnd,
    ]);
    expect(lastOrder(client, 1).contract).toMatchObject({ secType: 'BAG', comboLegs: combo.comboLegs });
  });

  it('conditions come back as they were sent', async () => {
    const { client } = pair;
    const conditions = [
      new PriceCondition(9000, 0, aaplConId, 'SMART', true, ConjunctionConnection.AND),
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
    client.api.placeOrder(1, aapl, { ...market, whatIf: true });
    const [, , order, state] = (await client.until(EventName.openOrder)) as [number, Contract, Order, OrderState];
    expect(order.whatIf).toBe(true);
    expect(order.permId).toBeGreaterThan(0);
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
    [{ ...aapl, symbol: 'NOSUCH' }, market, 200, /No security definition/],
    [{ symbol: 'AAPL', secType: SecType.OPT, exchange: 'SMART', currency: 'USD' }, market, 200, /ambiguous/],
    [{ symbol: 'AAPL', secType: SecType.STK, currency: 'USD' }, market, 321, /Missing order exchange/],
    [{ ...aapl, secType: SecType.BAG }, market, 314, /combo leg/],
    [aapl, { ...market, orderType: 'NONSENSE' as OrderType }, 321, /Invalid order type was entered/],
    [aapl, { ...market, tif: 'NEVER' as TimeInForce }, 10052, /Invalid time in force:NEVER/],
    [aapl, { ...resting, tif: TimeInForce.GTD, goodTillDate: 'tomorrow' }, 10314, /time-zone/],
    [aapl, { ...market, account: 'U1' }, 321, /account/],
    [aapl, { ...market, totalQuantity: 0 }, 434, /size/],
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
    client.api.placeOrder(6, aapl, market);
    expect(await client.error(6)).toMatchObject({ code: 103 });
    client.api.placeOrder(7, aapl, { ...market, totalQuantity: 20 });
    expect(await client.error(7)).toMatchObject({ code: 104 });
    client.api.placeOrder(5, aapl, { ...resting, lmtPrice: 21 });
    await client.until(EventName.openOrder, (_, __, order) => (order as Order).lmtPrice === 21);
    expect(client.errors().map(({ reqId }) => reqId)).toEqual([6, 7]);
  });

  it('is refused by a gateway that is read-only', async () => {
    await pair.close();
    pair = await gatewayWithClient({ readOnlyApi: true });
    pair.client.api.placeOrder(1, aapl, market);
    expect(await pair.client.error(1)).toMatchObject({ code: 321, text: expect.stringContaining('Read-Only') });
  });

  it('cannot be cancelled either', async () => {
    pair.client.api.cancelOrder(77);
    expect(await pair.client.error(77)).toMatchObject({ code: 10147 });
  });
});
